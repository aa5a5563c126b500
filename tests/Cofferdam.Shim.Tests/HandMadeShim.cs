using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>A bundle, and a shim that is started for it without containerd, as containerd would.</summary>
internal sealed class HandMadeShim : IDisposable
{
    private readonly ShimTest _test;
    private readonly Command _log;

    public HandMadeShim(ShimTest test, string name)
    {
        _test = test;
        Id = $"{test.Tag}-{name}";
        Bundle = Path.Combine(test.Folder, "bundles", Id);
        // As containerd has it, for what the shim keeps there.
        Directory.CreateDirectory(Path.Combine(Bundle, "work"));
        Scratch.MakeRootfs(Path.Combine(Bundle, "rootfs"));
        Config = new Config($"COFFER_TEST={test.Tag}", $"/{test.Tag}/{Id}");
        Config.Args("sleep", "1000");
        // Shims write their log into a fifo of the bundle, which containerd reads.
        string log = Path.Combine(Bundle, "log");
        Libc.Check(Libc.mkfifo(log, 0x1c0), "mkfifo");
        _log = Command.Start(["cat", log], test.Options());
    }

    public string Id { get; }

    public string Bundle { get; }

    public Config Config { get; }

    /// <summary>Where it sends its events; by default the test's containerd.</summary>
    public string? EventsSocket { get; init; }

    /// <summary>Lines of the shell before the shim is started.</summary>
    public string Prelude { get; init; } = "";

    public Dictionary<string, string> Environment { get; } = [];

    public string? Socket { get; set; }

    public string Log => _log.Stdout;

    /// <summary>Runs <c>start</c>, which leaves a shim behind and prints its address.</summary>
    public CommandResult Start(byte[]? input = null)
    {
        File.WriteAllText(Path.Combine(Bundle, "config.json"), Config.ToJson());
        CommandResult result = Run(["-publish-binary", Path.Combine(ContainerdPrograms.Directory, "containerd")], "start", input);
        if (result.ExitCode == 0 && input is null)
            Socket = ShimAddress.Parse(result.Stdout);
        return result;
    }

    public TaskConnection Started()
    {
        Start().Ok();
        return new TaskConnection(Socket!);
    }

    /// <summary>Runs <c>delete</c>, and returns the message that it prints.</summary>
    public ProtobufFields Delete()
    {
        string file = Path.Combine(_test.Folder, "deleted");
        CommandResult result = Command.Run(["sh", "-c", $"\"$@\" >{file}", "sh", .. Arguments(["-bundle", Bundle], "delete")], Options(null));
        result.Ok();
        return new ProtobufFields(File.ReadAllBytes(file));
    }

    /// <summary>A request to create the container of the bundle, without streams.</summary>
    public ProtobufMessage CreateRequest() => new ProtobufMessage().Text(1, Id).Text(2, Bundle);

    public void Dispose()
    {
        if (Socket is { } socket && File.Exists(socket))
        {
            using var shim = new TaskConnection(socket);
            shim.Kill(Id, 9);
            shim.Call("Wait", Id);
            shim.Call("Delete", Id);
            // runc's shim ends within the call, and may not answer.
            shim.Send("Shutdown", Id);
            shim.Raw.EndsSoon();
        }
        _log.Dispose();
    }

    private CommandResult Run(string[] flags, string action, byte[]? input)
    {
        string? file = null;
        if (input is not null)
        {
            file = Path.Combine(_test.Folder, "bootstrap");
            File.WriteAllBytes(file, input);
        }
        return Command.Run(Arguments(flags, action), Options(file));
    }

    private string[] Arguments(string[] flags, string action) =>
        [ShimUnderTest.Path, "-namespace", _test.Tag, "-address", _test.Daemon.Socket, "-id", Id, .. flags, action];

    private CommandOptions Options(string? input) => _test.Options() with
    {
        WorkingDirectory = Bundle,
        Prelude = Prelude,
        Redirection = input is null ? null : $"<{input}",
        Environment = new Dictionary<string, string>(Environment)
        {
            ["PATH"] = _test.Daemon.SearchPath,
            ["TTRPC_ADDRESS"] = EventsSocket ?? _test.Daemon.Socket + ".ttrpc",
            ["GRPC_ADDRESS"] = _test.Daemon.Socket,
            ["NAMESPACE"] = _test.Tag,
            ["COFFER_TEST_SHIM"] = _test.Tag,
        },
    };
}
