using System.Text.Json;
using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>The contract of the program itself: what containerd runs, and what it gets.</summary>
public sealed class BootstrapTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void Start_prints_an_address_and_leaves_a_shim()
    {
        using var made = new HandMadeShim(this, "a");
        CommandResult result = made.Start().Ok();
        Assert.StartsWith("unix:///", result.Stdout, StringComparison.Ordinal);
        Assert.Equal(result.Output, File.ReadAllText(Path.Combine(made.Bundle, "address")));
        using var shim = new TaskConnection(made.Socket!);
        Assert.Equal(0, shim.Call("Create", made.CreateRequest()).Code);
    }

    [Fact]
    public void Start_prints_json_for_a_containerd_that_knows_versions()
    {
        using var made = new HandMadeShim(this, "a");
        made.Environment["MAX_SHIM_VERSION"] = "3";
        JsonElement answer = JsonElement.Parse(made.Start().Ok().Stdout);
        Assert.InRange(answer.GetProperty("version").GetInt32(), 2, 3);
        Assert.Equal("ttrpc", answer.GetProperty("protocol").GetString());
        Assert.StartsWith("unix:///", answer.GetProperty("address").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_takes_its_parameters_from_standard_input_too()
    {
        using var made = new HandMadeShim(this, "a");
        byte[] parameters = new ProtobufMessage().Text(1, made.Id).Text(2, Tag).Text(4, "2.3.0").Text(5, Daemon.Socket + ".ttrpc").Text(6, Daemon.Socket)
            .Text(7, Path.Combine(ContainerdPrograms.Directory, "containerd")).ToArray();
        CommandResult result = made.Start(parameters).Ok();
        var answer = new ProtobufFields(System.Text.Encoding.Latin1.GetBytes(result.Stdout));
        Assert.InRange(answer.Number(1), 2u, 3u);
        Assert.Equal("ttrpc", answer.Text(3));
        made.Socket = ShimAddress.Parse(answer.Text(2));
        using var shim = new TaskConnection(made.Socket);
        Assert.Equal(0, shim.Call("Create", made.CreateRequest()).Code);
    }

    [Fact]
    public void The_socket_is_where_containerd_wants_it()
    {
        string directory = Path.Combine(Folder, "s");
        using var made = new HandMadeShim(this, "a");
        byte[] parameters = new ProtobufMessage().Text(1, made.Id).Text(2, Tag).Text(4, "2.3.0").Text(5, Daemon.Socket + ".ttrpc").Text(6, Daemon.Socket)
            .Text(7, Path.Combine(ContainerdPrograms.Directory, "containerd")).Text(9, directory).ToArray();
        var answer = new ProtobufFields(System.Text.Encoding.Latin1.GetBytes(made.Start(parameters).Ok().Stdout));
        made.Socket = ShimAddress.Parse(answer.Text(2));
        Assert.StartsWith(directory + "/", made.Socket, StringComparison.Ordinal);
        using var shim = new TaskConnection(made.Socket);
        Assert.Equal(0, shim.Call("Create", made.CreateRequest()).Code);
    }

    [Fact]
    public void Nobody_but_root_can_connect_to_the_socket()
    {
        // Who may not write to a socket may not connect to it (unix(7)).
        string socket = Sleeping().ShimSocket;
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(socket) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        Assert.Equal("0", Host("stat", "-c", "%u", socket).Ok().Output);
    }

    [Fact]
    public void A_whole_life_works_without_containerd()
    {
        using var sink = new EventSink(Path.Combine(Folder, "sink.sock"));
        sink.Open();
        using var made = new HandMadeShim(this, "a") { EventsSocket = sink.Path };
        string log = Path.Combine(Folder, "out.log");
        made.Config.Args("sh", "-c", "echo hello; exit 7");
        using TaskConnection shim = made.Started();
        ulong pid = shim.Call("Create", made.CreateRequest().Text(6, $"file://{log}").Text(7, $"file://{log}.err")).Ok().Number(1);
        Assert.Equal(1u, shim.Call("State", made.Id).Ok().Number(4));
        Assert.Equal(pid, shim.Call("Start", made.Id).Ok().Number(1));
        Assert.Equal(7u, shim.Call("Wait", made.Id).Ok().Number(1));
        Assert.Equal(3u, shim.Call("State", made.Id).Ok().Number(4));
        ProtobufFields deleted = shim.Call("Delete", made.Id).Ok();
        Assert.Equal((pid, 7u), (deleted.Number(1), deleted.Number(2)));
        Assert.Equal("hello\n", File.ReadAllText(log));
    }

    [Fact]
    public void Calls_in_the_wrong_order_are_refused()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        shim.Call("Start", made.Id).Fails(TtrpcReply.NotFound);
        shim.Call("Delete", made.Id).Fails(TtrpcReply.NotFound);
        shim.Call("Create", made.CreateRequest()).Ok();
        Assert.NotEqual(0, shim.Call("Create", made.CreateRequest()).Code);
        Assert.NotEqual(0, shim.Call("Delete", made.Id, "nobody").Code);
        shim.Call("Start", made.Id).Ok();
        Assert.NotEqual(0, shim.Call("Start", made.Id).Code);
        Assert.NotEqual(0, shim.Call("Delete", made.Id).Code);
        shim.Call("Sing", made.Id).Fails(TtrpcReply.Unimplemented);
    }

    [Fact]
    public void A_created_container_that_was_never_started_can_be_deleted()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        int pid = (int)shim.Call("Create", made.CreateRequest()).Ok().Number(1);
        shim.Call("Delete", made.Id).Ok();
        Assert.False(Processes.IsAlive(pid));
    }

    [Fact]
    public void A_shutdown_is_obeyed_when_no_container_is_left()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest()).Ok();
        shim.Call("Shutdown", made.Id);
        Assert.Equal(1u, shim.Call("State", made.Id).Ok().Number(4));
        shim.Call("Delete", made.Id).Ok();
        shim.Send("Shutdown", made.Id);
        Assert.True(shim.Raw.EndsSoon());
        Eventually.True(() => !File.Exists(made.Socket), "the socket is gone");
    }

    [Fact]
    public void Delete_clears_up_after_a_shim_that_was_killed()
    {
        using var made = new HandMadeShim(this, "a");
        int task, pid;
        using (TaskConnection shim = made.Started())
        {
            shim.Call("Create", made.CreateRequest().Message(3, Overlay())).Ok();
            task = (int)shim.Call("Start", made.Id).Ok().Number(1);
            pid = (int)shim.Call("Connect", made.Id).Ok().Number(1);
        }
        Libc.kill(pid, Libc.SIGKILL);
        Eventually.True(() => !Processes.IsAlive(pid), "the shim is gone");
        Assert.Equal(137u, made.Delete().Number(2));
        Eventually.True(() => !Processes.IsAlive(task), "the container's process is ended");
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(made.Bundle, StringComparison.Ordinal));
        if (File.Exists(made.Socket!))
            File.Delete(made.Socket!);
    }

    /// <summary>containerd removes the bundle next, and would remove the files of the image.</summary>
    [Fact]
    public void Delete_takes_away_the_layers_of_a_shim_that_was_killed_while_it_mounted_them()
    {
        using var made = new HandMadeShim(this, "a");
        string place = Path.Combine(made.Bundle, "idmapped-layers/0");
        Directory.CreateDirectory(place);
        const ulong bind = 0x1000;
        Libc.Check(Libc.mount(Rootfs, place, null, bind, null), "mount");
        made.Delete();
        Assert.Empty(Directory.GetFileSystemEntries(place));
    }

    [Fact]
    public void Delete_of_a_bundle_that_never_ran_succeeds()
    {
        using var made = new HandMadeShim(this, "a");
        made.Delete();
    }

    [Fact]
    public void The_version_is_printed_and_nothing_is_left()
    {
        CommandResult result = Host(ShimUnderTest.Path, "-v").Ok();
        Assert.Contains("Version:", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_tells_the_name_of_the_runtime_and_its_features()
    {
        string file = Path.Combine(Folder, "info");
        Host("sh", "-c", $"{ShimUnderTest.Path} -info </dev/null >{file}").Ok();
        var info = new ProtobufFields(File.ReadAllBytes(file));
        Assert.Equal(ShimUnderTest.IsOurs ? "io.containerd.coffer.v2" : "io.containerd.runc.v2", info.Text(1));
        JsonElement features = JsonElement.Parse(info.Message(4).Text(2));
        Assert.Contains("bind", features.GetProperty("mountOptions").EnumerateArray().Select(o => o.GetString()));
    }

    [Fact]
    public void Info_tells_the_features_of_another_runtime()
    {
        string options = Path.Combine(Folder, "options"), file = Path.Combine(Folder, "info");
        File.WriteAllBytes(options, new ProtobufMessage().Text(1, "containerd.runc.v1.Options").Bytes(2, new ProtobufMessage().Text(6, "runc").ToArray()).ToArray());
        Host("sh", "-c", $"{ShimUnderTest.Path} -info <{options} >{file}").Ok();
        JsonElement features = JsonElement.Parse(new ProtobufFields(File.ReadAllBytes(file)).Message(4).Text(2));
        Assert.Equal(JsonElement.Parse(Host("runc", "features").Ok().Output).GetRawText(), features.GetRawText());
    }

    [Fact]
    public void A_start_without_a_namespace_is_refused()
    {
        CommandResult result = Host(ShimUnderTest.Path, "-id", "x", "start");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("namespace", result.Stderr + result.Stdout, StringComparison.Ordinal);
    }

    private ProtobufMessage Overlay()
    {
        string upper = Path.Combine(Folder, "upper"), work = Path.Combine(Folder, "work");
        Directory.CreateDirectory(upper);
        Directory.CreateDirectory(work);
        return new ProtobufMessage().Text(1, "overlay").Text(2, "overlay").Text(4, $"lowerdir={Rootfs}").Text(4, $"upperdir={upper}").Text(4, $"workdir={work}");
    }
}
