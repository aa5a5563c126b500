using System.Security.Cryptography;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.Attack.Tests;

/// <summary>CVE-2019-5736: a container gets hold of the runtime's executable through /proc/PID/exe and overwrites it. All
/// of it is played on a copy of the executable.</summary>
public sealed class ExecutableAttackTests : AttackTest
{
    /// <summary>Opens every executable it sees that is not the image's, keeps it open, and tries to write to it as soon as
    /// nobody runs it.</summary>
    private const string Watcher = """
        n=0
        while [ ! -e /stop ]; do
            for p in /proc/[0-9]*; do
                [ $p/exe -ef /bin/busybox ] && continue
                ( exec 3<$p/exe ) 2>/dev/null || continue
                [ $p/exe -ef /bin/busybox ] && continue
                exec 3<$p/exe || continue
                [ /proc/self/fd/3 -ef /bin/busybox ] && continue
                echo $p >>/opened
                i=0
                while [ $i -lt 200 ]; do
                    (echo overwritten >/proc/self/fd/3) 2>>/errors && echo $p >>/written
                    (echo overwritten >>/proc/self/fd/3) 2>>/errors && echo $p >>/written
                    i=$((i+1))
                    [ -d $p ] || i=$((i+20))
                done
            done
        done
        """;

    private readonly string _copy;
    private readonly string _digest;

    public ExecutableAttackTests()
    {
        _copy = Path.Combine(Scratch.Directory, "runtime-copy");
        File.Copy(RuntimeUnderTest.Path, _copy);
        File.SetUnixFileMode(_copy, (UnixFileMode)0x1ed);
        _digest = Digest(_copy);
        Scratch.Runtime = _copy;
    }

    private static string Digest(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    /// <summary>A container with all that an attacker could wish for.</summary>
    private Container Privileged(params string[] args)
    {
        Container container = NewContainer(args);
        container.Config.Capabilities("CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN", "CAP_DAC_READ_SEARCH").Set("process.noNewPrivileges", "false")
            .Set("linux.maskedPaths", "[]").Set("linux.readonlyPaths", "[]");
        return container;
    }

    private Container Watching()
    {
        Container container = Privileged("sh", "-c", Watcher);
        container.CreatedAndStarted();
        return container;
    }

    [Fact]
    public void CVE_2019_5736_an_entrypoint_that_is_the_runtime_itself_does_not_give_it_away()
    {
        Container container = Privileged("/proc/self/exe", "--version");
        container.Run();
        Assert.Equal(_digest, Digest(_copy));
    }

    [Fact]
    public void CVE_2019_5736_a_link_to_the_runtimes_executable_does_not_give_it_away()
    {
        Container container = Privileged("/entry");
        File.CreateSymbolicLink(container.Inside("entry"), "/proc/self/exe");
        container.Run();
        Assert.Equal(_digest, Digest(_copy));
    }

    [Fact]
    public void CVE_2019_5736_a_script_interpreted_by_the_runtime_does_not_give_it_away()
    {
        Container container = Privileged("/entry");
        File.WriteAllText(container.Inside("entry"), "#!/proc/self/exe\n");
        File.SetUnixFileMode(container.Inside("entry"), (UnixFileMode)0x1ed);
        container.Run();
        Assert.Equal(_digest, Digest(_copy));
    }

    [Fact]
    public void CVE_2019_5736_a_program_whose_elf_interpreter_is_the_runtime_does_not_give_it_away()
    {
        Container container = Privileged("/entry");
        // A dynamic executable of the host with its interpreter's name replaced by one of the same length or shorter.
        byte[] elf = File.ReadAllBytes("/bin/true");
        int at = elf.AsSpan().IndexOf("/lib64/ld-linux"u8);
        Assert.SkipWhen(at < 0, "no dynamic x86-64 executable at /bin/true");
        elf.AsSpan(at, 27).Clear();
        "/proc/self/exe"u8.CopyTo(elf.AsSpan(at));
        File.WriteAllBytes(container.Inside("entry"), elf);
        File.SetUnixFileMode(container.Inside("entry"), (UnixFileMode)0x1ed);
        container.Run();
        Assert.Equal(_digest, Digest(_copy));
    }

    [Fact]
    public void CVE_2019_5736_a_watcher_cannot_write_to_the_executable_of_an_exec()
    {
        Container container = Watching();
        for (int i = 0; i < 12; i++)
        {
            container.Exec("true");
            container.Exec("/proc/self/exe", "--version");
        }
        File.WriteAllText(container.Inside("stop"), "");
        container.WaitForStatus("stopped");
        Assert.Equal(_digest, Digest(_copy));
    }

    [Fact]
    public void CVE_2019_5736_a_watcher_that_shares_the_pid_namespace_cannot_write_to_the_executable_of_a_start()
    {
        Container watcher = Watching();
        for (int i = 0; i < 6; i++)
        {
            Container victim = Privileged("true");
            victim.Config.Namespace("pid", $"/proc/{watcher.Pid()}/ns/pid");
            victim.Run();
        }
        File.WriteAllText(watcher.Inside("stop"), "");
        watcher.WaitForStatus("stopped");
        Assert.Equal(_digest, Digest(_copy));
    }

    [Fact]
    public void The_watcher_does_overwrite_an_executable_that_is_not_protected()
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        // The control: the attack works, so that its failure above means something. Whatever enters the container here is
        // a copy, never a program of the host.
        Container container = Watching();
        const int Pause = 34;
        string enter = Path.Combine(Scratch.Directory, "nsenter-copy"), program = Path.Combine(Scratch.Directory, "unprotected");
        File.Copy("/usr/bin/nsenter", enter);
        SyscallProgram.Write(program, Pause);
        string before = Digest(enter) + Digest(program);
        using Command entered = Command.Start([enter, "-t", $"{container.Pid()}", "-m", "-p", "/proc/self/fd/9"], Scratch.Options(prelude: $"exec 9<{program}"));
        Eventually.True(() => File.Exists(container.Inside("opened")), "the watcher holds an executable", seconds: 30);
        foreach (int pid in Processes.Tree(entered.Pid).Reverse())
            Libc.kill(pid, Libc.SIGKILL);
        Eventually.True(() => Digest(enter) + Digest(program) != before, "the watcher overwrote it", seconds: 30);
    }
}
