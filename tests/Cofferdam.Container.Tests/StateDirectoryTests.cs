using Cofferdam.Containers.State;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Tests;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _root;

    public StateDirectoryTests() => _root = Path.Combine(_temporary.Location, "root");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Only_the_owner_may_look_into_the_root_and_a_container()
    {
        using StateLock held = Directory("c1").Reserve();
        Assert.Equal(0x1C0, Files.Stat(_root).Permissions);
        Assert.Equal(0x1C0, Files.Stat(Path.Combine(_root, "c1")).Permissions);
    }

    [Fact]
    public void An_id_with_a_record_is_taken()
    {
        using (StateLock held = Directory("c1").Reserve()) held.Write(State("c1"));
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Directory("c1").Reserve());
        Assert.Equal(ErrorKind.AlreadyExists, refusal.Kind);
        Assert.EndsWith("container with given ID already exists", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_another_create_holds_is_taken_at_once()
    {
        using StateLock held = Directory("c1").Reserve();
        Assert.Equal(ErrorKind.AlreadyExists, Assert.Throws<CofferdamException>(() => Directory("c1").Reserve()).Kind);
    }

    [Fact]
    public void What_a_killed_create_left_before_its_record_is_taken_over()
    {
        System.IO.Directory.CreateDirectory(Path.Combine(_root, "c1", "notify"));
        Files.MakeFifo(null, Path.Combine(_root, "c1", "exec.fifo"), 0x180);
        File.WriteAllText(Path.Combine(_root, "c1", "config.json"), "{ half");
        using StateLock held = Directory("c1").Reserve();
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(Path.Combine(_root, "c1")));
        held.MakeFifo();
        held.WriteConfig("{}"u8);
        held.Write(State("c1"));
        Assert.Equal("{}"u8, Directory("c1").ReadConfig());
        Assert.Equal("c1", Directory("c1").Read().Id);
    }

    [Fact]
    public void A_directory_without_a_record_is_no_container()
    {
        using StateLock held = Directory("c1").Reserve();
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Directory("c1").Read());
        Assert.Equal(ErrorKind.NotFound, refusal.Kind);
        Assert.EndsWith("container does not exist", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_too_long_for_a_file_name_is_not_found() =>
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<CofferdamException>(() => Directory(new string('a', 300)).Read()).Kind);

    [Fact]
    public void A_lock_on_nothing_is_not_found() =>
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<CofferdamException>(() => Directory("c1").Lock()).Kind);

    [Fact]
    public async Task Whoever_waited_for_the_lock_of_a_container_that_is_gone_then_finds_none()
    {
        StateLock held = Directory("c1").Reserve();
        held.Write(State("c1"));
        using SemaphoreSlim begun = new(0);
        Task<ErrorKind> waiting = Task.Run(
            () =>
            {
                begun.Release();
                return Assert.Throws<CofferdamException>(() => Directory("c1").Lock()).Kind;
            },
            TestContext.Current.CancellationToken);
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        held.Remove();
        held.Dispose();
        Assert.Equal(ErrorKind.NotFound, await waiting);
        Assert.False(System.IO.Directory.Exists(Path.Combine(_root, "c1")));
    }

    [Fact]
    public async Task Racing_creates_of_one_id_have_one_winner()
    {
        Task<bool>[] racers = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(TryCreate))];
        bool[] won = await Task.WhenAll(racers);
        Assert.Single(won, true);
        Assert.Equal("c1", Directory("c1").Read().Id);

        bool TryCreate()
        {
            try
            {
                using StateLock held = Directory("c1").Reserve();
                held.Write(State("c1"));
                return true;
            }
            catch (CofferdamException e) when (e.Kind == ErrorKind.AlreadyExists)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Changes_of_one_record_take_turns()
    {
        using (StateLock held = Directory("c1").Reserve()) held.Write(State("c1"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 25; i++)
            {
                using StateLock held = Directory("c1").Lock();
                StoredState now = Directory("c1").Read();
                held.Write(now with { Pid = now.Pid + 1 });
            }
        })));
        Assert.Equal(200, Directory("c1").Read().Pid);
    }

    [Fact]
    public void The_fifo_lets_a_user_of_the_container_write_whatever_the_umask()
    {
        using StateLock held = Directory("c1").Reserve();
        held.MakeFifo();
        FileStatus fifo = Files.Stat(Path.Combine(_root, "c1", "exec.fifo"));
        Assert.Equal(FileType.Fifo, fifo.Type);
        Assert.Equal(0x192, fifo.Permissions);
        Assert.True(Directory("c1").HasFifo);
    }

    [Fact]
    public void A_record_of_a_later_format_is_refused_not_misread()
    {
        using StateLock held = Directory("c1").Reserve();
        File.WriteAllText(Path.Combine(_root, "c1", "state.json"), """{"version":99,"id":"c1"}""");
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Directory("c1").Read());
        Assert.Equal(ErrorKind.DataLoss, refusal.Kind);
        Assert.Contains("99", refusal.Message, StringComparison.Ordinal);
    }

    private static StoredState State(string id) => new() { Id = id };

    private StateDirectory Directory(string id) => new(_root, new ContainerId(id));
}
