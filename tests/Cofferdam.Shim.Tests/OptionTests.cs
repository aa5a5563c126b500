using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>containerd.runc.v1.Options. ctr sends them to io.containerd.runc.v2 alone, so the shim under test is called
/// by that name here (Containerd.MakeShimDirectory).</summary>
public sealed class OptionTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private const string OptionsType = "containerd.runc.v1.Options";

    [Fact]
    public void The_state_of_the_runtime_is_kept_below_the_given_root()
    {
        string root = Path.Combine(Folder, "state");
        ShimContainer container = WithOptions("--runc-root", root);
        container.Detached("sleep", "1000").Ok();
        Assert.NotEmpty(Directory.GetDirectories(root, container.Id, SearchOption.AllDirectories));
        container.Destroy();
        Assert.Empty(Directory.GetDirectories(root, container.Id, SearchOption.AllDirectories));
    }

    [Fact]
    public void Another_runtime_does_the_work_when_it_is_named()
    {
        string calls = Path.Combine(Folder, "calls"), runtime = Path.Combine(Folder, "other-runtime");
        File.WriteAllText(runtime, $"#!/bin/sh\necho \"$@\" >>{calls}\nexec runc \"$@\"\n");
        File.SetUnixFileMode(runtime, (UnixFileMode)0x1ed);
        ShimContainer container = WithOptions("--runc-binary", runtime);
        container.Detached("sleep", "1000").Ok();
        Assert.Equal("on", container.Exec("echo", "on").Ok().Output);
        container.Kill("SIGKILL").Ok();
        container.DeletedWith(137);
        string text = File.ReadAllText(calls);
        foreach (string verb in new[] { "create", "start", "exec", "kill", "delete" })
            Assert.Contains($" {verb} ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_that_is_missing_is_refused_by_name()
    {
        CommandResult result = WithOptions("--runc-binary", "/no/such/runtime").Detached("true");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/no/such/runtime", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_pivot_root_the_container_has_its_root_all_the_same()
    {
        File.WriteAllText(Inside("here"), "");
        Assert.Contains("here", WithOptions("--no-pivot").Run("ls", "/").Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipes_belong_to_the_given_user()
    {
        using var made = new HandMadeShim(this, "a");
        string log = Path.Combine(Folder, "log");
        made.Config.Args("sh", "-c", "stat -Lc '%u %g' /proc/self/fd/1").Set("process.user", """{"uid":1000,"gid":1000}""");
        using TaskConnection shim = made.Started();
        byte[] options = new ProtobufMessage().Number(4, 1000).Number(5, 1000).ToArray();
        shim.Call("Create", made.CreateRequest().Text(6, $"file://{log}").Text(7, $"file://{log}").Any(10, OptionsType, options)).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
        Assert.Equal("1000 1000\n", File.ReadAllText(log));
    }

    [Fact]
    public void Options_of_an_unknown_kind_are_refused()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        Assert.NotEqual(0, shim.Call("Create", made.CreateRequest().Any(10, "example.org/NoSuchOptions", [1, 2, 3])).Code);
        shim.Call("Create", made.CreateRequest()).Ok();
    }

    [Fact]
    public void A_container_without_a_keyring_of_its_own_keeps_that_of_the_shim()
    {
        const string keys = "cat /proc/keys";
        Assert.Contains("_ses.", Output("with", [], keys), StringComparison.Ordinal);
        Assert.DoesNotContain($"_ses.{Tag}-without", Output("without", new ProtobufMessage().Number(2, 1).ToArray(), keys), StringComparison.Ordinal);
    }

    [Fact]
    public void Criu_works_where_it_is_told_to()
    {
        Criu.Require();
        string work = Path.Combine(Folder, "criu"), images = Path.Combine(Folder, "images");
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        shim.Raw.Timeout = TimeSpan.FromMinutes(1);
        shim.Call("Create", made.CreateRequest().Any(10, OptionsType, new ProtobufMessage().Text(11, work).ToArray())).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Checkpoint", new ProtobufMessage().Text(1, made.Id).Text(2, images)).Ok();
        Assert.NotEmpty(Directory.GetFiles(work));
    }

    [Fact]
    public void A_terminals_size_is_no_matter_where_there_is_none()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        shim.Call("ResizePty", new ProtobufMessage().Text(1, container.Id).Number(3, 80).Number(4, 25)).Ok();
    }

    [Fact]
    public void Options_in_a_file_count_as_those_in_a_message()
    {
        string root = Path.Combine(Folder, "state"), file = Path.Combine(Folder, "options.toml");
        File.WriteAllText(file, $"# ours\n\nRoot = \"{root}\" # where \"state\" is\nNoPivotRoot = true # a switch\nIoUid = 0\nCriuPath = \"\"\nTaskApiVersion = 0\n");
        ShimContainer container = NewContainer("--runtime-config-path", file);
        container.Runtime = ShimUnderTest.Runtime;
        container.Detached("sleep", "1000").Ok();
        Assert.NotEmpty(Directory.GetDirectories(root, container.Id, SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("Sing = true", "unknown key 'Sing'")]
    [InlineData("NoPivotRoot = yes", "'NoPivotRoot'")]
    [InlineData("Root = /run/x", "'Root'")]
    [InlineData("Root = '/run/x", "'Root'")]
    [InlineData("Root = '/run/x' '/run/y'", "'Root'")]
    [InlineData("Root = \"/run\\u0020x\"", "'Root'")]
    [InlineData("IoUid = -1", "'IoUid'")]
    [InlineData("[plugins]", "[plugins]")]
    [InlineData("CriuImagePath = '/images'", "'CriuImagePath'")]
    [InlineData("IoUid = 1\nIoUid = 2", "twice")]
    public void A_mistake_in_such_a_file_is_named(string text, string word)
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        byte[] options = new ProtobufMessage().Bytes(3, System.Text.Encoding.UTF8.GetBytes(text)).ToArray();
        shim.Call("Create", made.CreateRequest().Any(10, "runtimeoptions.v1.Options", options)).Fails(TtrpcReply.InvalidArgument, "line", word);
    }

    [Fact]
    public void The_shim_joins_the_cgroup_that_is_asked_for()
    {
        using var made = new HandMadeShim(this, "a");
        string cgroup = $"/{Tag}/shim";
        foreach (string hierarchy in Hierarchies)
            MakeCgroup(hierarchy, cgroup);
        AfterRemoval(() =>
        {
            foreach (string hierarchy in Hierarchies)
            {
                Eventually.True(() => File.ReadAllText($"{hierarchy}{cgroup}/cgroup.procs").Length == 0, "the shim has left its cgroup");
                Directory.Delete(hierarchy + cgroup);
            }
        });
        byte[] options = new ProtobufMessage().Text(1, OptionsType).Bytes(2, new ProtobufMessage().Text(3, cgroup).ToArray()).ToArray();
        made.Socket = ShimAddress.Parse(made.Start(options).Ok().Stdout);
        using TaskConnection shim = new(made.Socket);
        shim.Call("Create", made.CreateRequest()).Ok();
        int pid = (int)shim.Call("Connect", made.Id).Ok().Number(1);
        Assert.Contains($":{cgroup}\n", File.ReadAllText($"/proc/{pid}/cgroup"), StringComparison.Ordinal);
    }

    /// <summary>What a shell says that runs with options, from its beginning to its end.</summary>
    private string Output(string name, byte[] options, string script)
    {
        using var made = new HandMadeShim(this, name);
        string log = Path.Combine(Folder, name);
        made.Config.Args("sh", "-c", script).Set("linux.maskedPaths", "[]");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest().Text(6, $"file://{log}").Text(7, $"file://{log}.err").Any(10, OptionsType, options)).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
        return File.ReadAllText(log);
    }

    private static IEnumerable<string> Hierarchies => Surroundings.IsUnified
        ? ["/sys/fs/cgroup"]
        : Directory.GetDirectories("/sys/fs/cgroup").Where(h => File.Exists(h + "/cgroup.procs") && !h.EndsWith("/unified", StringComparison.Ordinal));

    private static void MakeCgroup(string hierarchy, string path)
    {
        string folder = hierarchy;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string parent = folder;
            Directory.CreateDirectory(folder = Path.Combine(folder, name));
            // On v1 no process can be added without these.
            foreach (string file in new[] { "cpuset.cpus", "cpuset.mems" }.Where(f => !Surroundings.IsUnified && File.Exists(Path.Combine(folder, f))))
                File.WriteAllText(Path.Combine(folder, file), File.ReadAllText(Path.Combine(parent, file)));
        }
    }

    private ShimContainer WithOptions(params string[] options)
    {
        ShimContainer container = NewContainer(options);
        container.Runtime = ShimUnderTest.RuncName;
        return container;
    }
}
