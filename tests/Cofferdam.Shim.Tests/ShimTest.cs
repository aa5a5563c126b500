using System.Globalization;
using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Base of the tests: a namespace of containerd for each, whose name is also that of the parent cgroup. At its
/// end what is left is looked for: every test is a leak test.</summary>
public abstract class ShimTest : IDisposable
{
    private static int s_next;

    private readonly List<ShimContainer> _containers = [];
    private readonly List<Command> _commands = [];
    private readonly List<Action> _afterRemoval = [];

    private protected ShimTest(Func<Containerd> daemon)
    {
        Assert.SkipUnless(Surroundings.IsRoot, "needs root");
        Assert.SkipWhen(ContainerdPrograms.Missing is not null, ContainerdPrograms.Missing ?? "");
        Assert.True(File.Exists(ShimUnderTest.Path), $"no shim at '{ShimUnderTest.Path}': run ./build.sh, or set COFFER_SHIM_RUNTIME");
        string name = $"{GetType().Name}.{TestContext.Current.TestMethod?.MethodName}";
        string display = TestContext.Current.Test?.TestDisplayName ?? "";
        if (KnownDifference.ReasonFor(KnownDifferences.All, name, display, ShimUnderTest.Name, ContainerdPrograms.Version) is { } reason)
            Assert.Skip(reason);
        Daemon = daemon();
        Tag = string.Create(CultureInfo.InvariantCulture, $"s{Surroundings.SuiteId}n{Interlocked.Increment(ref s_next)}");
        Folder = Path.Combine(Daemon.Folder, Tag);
        Directory.CreateDirectory(Folder);
        Rootfs = Path.Combine(Folder, "rootfs");
        Scratch.MakeRootfs(Rootfs);
    }

    /// <summary>The namespace of containerd, also in the environment of every container as <c>COFFER_TEST</c>.</summary>
    internal string Tag { get; }

    /// <summary>For this test's files.</summary>
    internal string Folder { get; }

    /// <summary>A root of busybox that the containers of this test share.</summary>
    internal string Rootfs { get; }

    internal Containerd Daemon { get; }

    internal ShimContainer NewContainer(params string[] options)
    {
        var container = new ShimContainer(this, string.Create(CultureInfo.InvariantCulture, $"{Tag}-c{_containers.Count}"), options);
        _containers.Add(container);
        return container;
    }

    /// <summary>A container that runs until it is told otherwise.</summary>
    internal ShimContainer Sleeping(params string[] options)
    {
        ShimContainer container = NewContainer(options);
        container.Detached("sleep", "1000").Ok();
        return container;
    }

    internal CommandResult Ctr(params string[] arguments) => Ctr(Options(), arguments);

    internal CommandResult Ctr(CommandOptions options, params string[] arguments) => Command.Run(Daemon.Ctr(Tag, arguments), options);

    /// <summary>Starts ctr and goes on; it is ended with the test.</summary>
    internal Command StartCtr(CommandOptions options, params string[] arguments)
    {
        Command command = Command.Start(Daemon.Ctr(Tag, arguments), options);
        _commands.Add(command);
        return command;
    }

    /// <summary>A request to add an exec, by default of a program that ends at once.</summary>
    internal ProtobufMessage ExecRequest(string id, string exec, params string[] args) => new ProtobufMessage().Text(1, id).Text(2, exec)
        .Any(7, "types.containerd.io/opencontainers/runtime-spec/1/Process",
            new Config($"COFFER_TEST={Tag}", "/").Args(args.Length > 0 ? args : ["true"]).Root["process"]!.ToJsonString());

    internal CommandResult Host(params string[] argv) => Command.Run(argv, Options());

    internal CommandOptions Options(string? stdin = null, string? terminal = null, string prelude = "", TimeSpan? timeout = null) => new()
    {
        Directory = Folder,
        Stdin = stdin,
        Terminal = terminal,
        Prelude = prelude,
        Environment = new Dictionary<string, string> { ["COFFER_TEST"] = Tag },
        Timeout = timeout ?? CommandOptions.DefaultTimeout,
    };

    /// <summary>To be done when the containers of the test are gone.</summary>
    internal void AfterRemoval(Action action) => _afterRemoval.Add(action);

    /// <summary>A file inside the containers of this test.</summary>
    internal string Inside(string path) => Path.Combine(Rootfs, path.TrimStart('/'));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (Tag is null)
            return;
        foreach (Command command in _commands)
            command.Dispose();
        var leaks = new ShimLeaks(Daemon, Tag);
        List<string> stuck = [.. _containers.AsEnumerable().Reverse().Select(c => c.Remove()).OfType<string>()];
        _afterRemoval.ForEach(a => a());
        IReadOnlyList<string> left = [.. stuck, .. leaks.FindSettled()];
        leaks.Remove();
        if (!MountInfo.Read("self").Any(m => m.MountPoint.StartsWith(Folder + "/", StringComparison.Ordinal)))
            Command.Run(["rm", "-rf", "--one-file-system", Folder], new CommandOptions { Directory = Daemon.Folder }).Ok();
        if (left.Count > 0)
            Assert.Fail("left behind:\n" + string.Join('\n', left));
    }
}
