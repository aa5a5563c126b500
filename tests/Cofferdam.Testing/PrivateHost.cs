using System.Diagnostics;

namespace Cofferdam.Testing;

/// <summary>A suite that starts daemons runs once more in mount and pid namespaces of its own, with an empty /run: its
/// mounts and processes cannot outlive it, whatever happens, and its sockets are seen by nobody else.</summary>
public static class PrivateHost
{
    // The first process reaps what daemons leave behind, which a shell does and a .NET program does not.
    private const string Script = "mount -t tmpfs -o mode=755 tmpfs /run && \"$0\" \"$@\"; exit $?";

    public static bool IsHere => Environment.GetEnvironmentVariable("COFFER_TEST_SUITE") is not null;

    /// <summary>Runs this program in such a place, and returns its exit code.</summary>
    public static int Run(string[] args, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("unshare",
            ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "bash", "-c", Script, Environment.ProcessPath!, .. args]);
        start.Environment["COFFER_TEST_SUITE"] = Environment.ProcessId.ToString();
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        using Process inner = Process.Start(start)!;
        inner.WaitForExit();
        return inner.ExitCode;
    }
}
