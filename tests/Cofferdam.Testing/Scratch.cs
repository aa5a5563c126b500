using System.Globalization;
using Xunit;

namespace Cofferdam.Testing;

/// <summary>The ground one test stands on: its directory, its own <c>--root</c>, and a marker that is in the
/// environment of all it starts. Closing it deletes every container with <c>delete --force</c> and then fails the
/// test if a process, mount, cgroup or state directory is left: every test is a leak test.</summary>
public sealed class Scratch : IDisposable
{
    private static readonly string s_base = Path.Combine(Path.GetTempPath(), $"coffer-test-{Surroundings.SuiteId}");
    private static readonly Lazy<string> s_template = new(MakeTemplate);
    private static readonly Lazy<string[]> s_applets = new(ListApplets);
    private static int s_next;

    private readonly List<Container> _containers = [];
    private readonly List<Command> _commands = [];
    private readonly List<Action> _cleanups = [];

    public Scratch()
    {
        Tag = string.Create(CultureInfo.InvariantCulture, $"x{Surroundings.SuiteId}n{Interlocked.Increment(ref s_next)}");
        Directory = Path.Combine(s_base, Tag);
        Root = Path.Combine(Directory, "root");
        System.IO.Directory.CreateDirectory(Directory);
    }

    /// <summary>In the name of every container, cgroup and directory of this test.</summary>
    public string Tag { get; }

    public string Directory { get; }

    public string Root { get; set; }

    /// <summary>The executable; the attack tests set a copy of it.</summary>
    public string Runtime { get; set; } = RuntimeUnderTest.Path;

    public string Marker => $"COFFER_TEST={Tag}";

    /// <summary>Options before the command, after <c>--root</c>.</summary>
    public IReadOnlyList<string> GlobalOptions { get; set; } = [];

    /// <summary>Wraps the runtime's command line, for example in setpriv.</summary>
    public IReadOnlyList<string> Wrapper { get; set; } = [];

    public IReadOnlyDictionary<string, string> Environment_ => new Dictionary<string, string> { ["COFFER_TEST"] = Tag };

    public Container NewContainer(params string[] args)
    {
        var container = new Container(this, $"{Tag}-c{_containers.Count}");
        _containers.Add(container);
        if (args.Length > 0)
            container.Config.Args(args);
        return container;
    }

    public CommandOptions Options(string? stdin = null, string? terminal = null, string prelude = "", TimeSpan? timeout = null) => new()
    {
        Directory = Directory,
        Stdin = stdin,
        Terminal = terminal,
        Prelude = prelude,
        Environment = Environment_,
        Timeout = timeout ?? CommandOptions.DefaultTimeout,
    };

    public IReadOnlyList<string> RuntimeArgv(IReadOnlyList<string> arguments) =>
        [.. Wrapper, Runtime, "--root", Root, .. Surroundings.RuntimeOptions, .. GlobalOptions, .. arguments];

    /// <summary>Runs the runtime with the arguments and waits for its end.</summary>
    public CommandResult Oci(params string[] arguments) => Command.Run(RuntimeArgv(arguments), Options());

    public CommandResult Oci(CommandOptions options, params string[] arguments) => Command.Run(RuntimeArgv(arguments), options);

    public Command StartOci(CommandOptions options, params string[] arguments) => Track(Command.Start(RuntimeArgv(arguments), options));

    /// <summary>An ordinary command of the host.</summary>
    public CommandResult Host(params string[] argv)
    {
        if (argv[0] is "mount" or "umount" or "chown" or "unshare" or "ip")
            Surroundings.NeedRoot();
        return Command.Run(argv, Options());
    }

    public Command StartHost(params string[] argv) => Track(Command.Start(argv, Options()));

    public void OnClose(Action cleanup) => _cleanups.Add(cleanup);

    /// <summary>A root filesystem of busybox alone, with Debian's directories.</summary>
    public static void MakeRootfs(string path)
    {
        foreach (string directory in new[] { "bin", "dev", "etc", "home/user", "proc", "root", "run", "sys", "tmp", "usr/bin", "var" })
            System.IO.Directory.CreateDirectory(Path.Combine(path, directory));
        Libc.Check(Libc.link(s_template.Value, Path.Combine(path, "bin/busybox")), "link busybox");
        foreach (string applet in s_applets.Value)
            File.CreateSymbolicLink(Path.Combine(path, "bin", applet), "busybox");
        File.WriteAllText(Path.Combine(path, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n");
        File.WriteAllText(Path.Combine(path, "etc/group"), "root:x:0:\nuser:x:1000:\nextra:x:2000:user\n");
        File.SetUnixFileMode(Path.Combine(path, "tmp"), (UnixFileMode)0x3ff);
    }

    public void Dispose()
    {
        foreach (Command command in _commands)
            command.Dispose();
        var stuck = new List<string>();
        foreach (Container container in _containers.AsEnumerable().Reverse())
        {
            if (container.Id.Contains(Tag, StringComparison.Ordinal) && System.IO.Directory.Exists(Path.Combine(Root, container.Id)) &&
                Oci("delete", "--force", container.Id) is { ExitCode: not 0 } failed)
                stuck.Add($"delete --force: {failed.Describe()}");
        }
        foreach (Action cleanup in _cleanups.AsEnumerable().Reverse())
            cleanup();
        IReadOnlyList<string> leaks = [.. stuck, .. Leaks.FindSettled(Tag, Directory, Root)];
        Leaks.Remove(Tag, Directory);
        // Never into a mount that could not be taken away: it may show the host's own files.
        if (!MountInfo.Read("self").Any(m => m.MountPoint.StartsWith(Directory + "/", StringComparison.Ordinal)))
            RemoveTree(Directory);
        if (leaks.Count > 0)
            Assert.Fail("left behind:\n" + string.Join('\n', leaks));
    }

    /// <summary>What is there now, before any forced deletion.</summary>
    public IReadOnlyList<string> LeaksNow() => Leaks.FindSettled(Tag, Directory, Root);

    private Command Track(Command command)
    {
        _commands.Add(command);
        return command;
    }

    private static string MakeTemplate()
    {
        System.IO.Directory.CreateDirectory(s_base);
        string busybox = Path.Combine(s_base, "busybox");
        File.Copy("/bin/busybox", busybox, overwrite: true);
        File.SetUnixFileMode(busybox, (UnixFileMode)0x1ed);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveTree(s_base);
        return busybox;
    }

    private static void RemoveTree(string path)
    {
        // rm, because a container may have left names and depths that managed recursion does not like.
        using var rm = System.Diagnostics.Process.Start("rm", ["-rf", "--one-file-system", path]);
        rm.WaitForExit();
    }

    private static string[] ListApplets()
    {
        using var busybox = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/bin/busybox", "--list") { RedirectStandardOutput = true })!;
        string list = busybox.StandardOutput.ReadToEnd();
        busybox.WaitForExit();
        return [.. list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Intersect(Applets.Split(' '))];
    }

    private const string Applets = "[ ash awk basename cat chgrp chmod chown chroot cmp cp cut date dd df dirname dmesg du echo env "
        + "expr fallocate false find fold free grep groups head hexdump hostname id ifconfig ionice ip ipcs kill killall less ln ls "
        + "md5sum mkdir mkfifo mknod mktemp mount mv nc nice nproc nsenter od pidof ping printf ps pwd readlink realpath renice rm rmdir "
        + "route sed seq setpriv setsid sh sha256sum sleep sort stat stty su sync sysctl tac tail tar taskset tee test time timeout top touch "
        + "tr true truncate tty ulimit umount uname uniq unshare uptime usleep wc which who whoami xargs yes zcat";
}
