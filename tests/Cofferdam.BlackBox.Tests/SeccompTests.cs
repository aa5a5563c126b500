using System.Globalization;
using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class SeccompTests : BlackBoxTest
{
    private const int GetPpid = 110, Mkdir = 83, FutureSyscall = 999;

    /// <summary>Allows everything but what the rules say.</summary>
    private Container AllowExcept(string rules, params string[] args)
    {
        Container container = NewContainer(args);
        container.Config.Set("linux.seccomp", $$"""
            {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"],"syscalls":[{{rules}}]}
            """);
        return container;
    }

    [Fact]
    public void A_denied_call_fails_with_EPERM()
    {
        Container container = AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}""");
        Assert.Contains("Operation not permitted", container.RunSh("mkdir /x").Stderr, StringComparison.Ordinal);
        Assert.False(Directory.Exists(container.Inside("x")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_of_an_unknown_name_is_told_of_when_debugging(bool debug)
    {
        Assert.SkipUnless(RuntimeUnderTest.IsOurs, "the others have their own wording");
        Container container = AllowExcept("""{"names":["mkdir","frobnicate"],"action":"SCMP_ACT_ERRNO"}""", "true");
        if (debug) Scratch.GlobalOptions = ["--debug"];
        string log = container.Run().Ok().Stderr;
        Assert.Equal(debug, log.Contains("linux.seccomp.syscalls[0].names[1]: unknown system call 'frobnicate', ignoring", StringComparison.Ordinal));
    }

    [Fact]
    public void A_denied_call_fails_with_the_errno_of_the_rule() =>
        Assert.Contains("Function not implemented", AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":38}""").RunSh("mkdir /x").Stderr, StringComparison.Ordinal);

    [Theory]
    [InlineData("SCMP_ACT_KILL")]
    [InlineData("SCMP_ACT_KILL_PROCESS")]
    [InlineData("SCMP_ACT_KILL_THREAD")]
    [InlineData("SCMP_ACT_TRAP")]
    public void A_killing_action_ends_the_caller_with_SIGSYS(string action) =>
        Assert.Equal("159", AllowExcept($$"""{"names":["mkdir","mkdirat"],"action":"{{action}}"}""").Sh("mkdir /x 2>/dev/null; echo $?"));

    [Fact]
    public void The_log_action_allows_the_call() =>
        Assert.Equal("made", AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_LOG"}""").Sh("mkdir /x && echo made"));

    [Fact]
    public void The_trace_action_without_a_tracer_fails_with_ENOSYS() =>
        Assert.Contains("Function not implemented", AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_TRACE"}""").RunSh("mkdir /x").Stderr, StringComparison.Ordinal);

    /// <summary>getppid ignores its arguments, so that filters on them can be asked about any value.</summary>
    [Theory]
    [InlineData("EQ", "5", 5, true)]
    [InlineData("EQ", "5", 6, false)]
    [InlineData("EQ", "5", 0x100000005, false)]
    [InlineData("EQ", "4294967301", 0x100000005, true)]
    [InlineData("EQ", "4294967301", 5, false)]
    [InlineData("NE", "5", 5, false)]
    [InlineData("NE", "5", 0x100000005, true)]
    [InlineData("LT", "5", 4, true)]
    [InlineData("LT", "5", 5, false)]
    [InlineData("LT", "4294967301", 0xffffffff, true)]
    [InlineData("LT", "4294967296", 0x100000000, false)]
    [InlineData("LE", "5", 5, true)]
    [InlineData("LE", "5", 6, false)]
    [InlineData("LE", "4294967301", 0x100000005, true)]
    [InlineData("GT", "5", 6, true)]
    [InlineData("GT", "5", 5, false)]
    [InlineData("GT", "5", 0x100000000, true)]
    [InlineData("GE", "5", 5, true)]
    [InlineData("GE", "5", 4, false)]
    [InlineData("GE", "4294967301", 0x200000000, true)]
    public void An_argument_is_compared_as_64_bits(string op, string value, long argument, bool matches)
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        Container container = AllowExcept($$"""
            {"names":["getppid"],"action":"SCMP_ACT_ERRNO","errnoRet":77,"args":[{"index":2,"value":{{value}},"op":"SCMP_CMP_{{op}}"}]}
            """, "/call");
        SyscallProgram.Write(container.Inside("call"), GetPpid, 0, 0, (ulong)argument);
        container.Run().Exits(matches ? 77 : 0);
    }

    [Theory]
    [InlineData(0x0f, 0x05, 0xf5, true)]
    [InlineData(0x0f, 0x05, 0xf4, false)]
    [InlineData(0x7f00000000, 0x0100000000, 0x0100000007, true)]
    [InlineData(0x7f00000000, 0x0100000000, 0x0200000007, false)]
    public void An_argument_is_compared_under_a_mask(long mask, long value, long argument, bool matches)
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        Container container = AllowExcept(string.Create(CultureInfo.InvariantCulture, $$"""
            {"names":["getppid"],"action":"SCMP_ACT_ERRNO","errnoRet":77,"args":[{"index":0,"value":{{mask}},"valueTwo":{{value}},"op":"SCMP_CMP_MASKED_EQ"}]}
            """), "/call");
        SyscallProgram.Write(container.Inside("call"), GetPpid, (ulong)argument);
        container.Run().Exits(matches ? 77 : 0);
    }

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(1, 3, false)]
    [InlineData(0, 2, false)]
    public void All_arguments_of_a_rule_must_match(long first, long sixth, bool matches)
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        Container container = AllowExcept("""
            {"names":["getppid"],"action":"SCMP_ACT_ERRNO","errnoRet":77,"args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":5,"value":2,"op":"SCMP_CMP_EQ"}]}
            """, "/call");
        SyscallProgram.Write(container.Inside("call"), GetPpid, (ulong)first, 0, 0, 0, 0, (ulong)sixth);
        container.Run().Exits(matches ? 77 : 0);
    }

    [Fact]
    public void Two_rules_for_one_call_are_alternatives()
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        string Rule(int value) => $$"""{"names":["getppid"],"action":"SCMP_ACT_ERRNO","errnoRet":77,"args":[{"index":0,"value":{{value}},"op":"SCMP_CMP_EQ"}]}""";
        foreach ((ulong argument, int code) in new[] { (1ul, 77), (2ul, 77), (3ul, 0) })
        {
            Container container = AllowExcept($"{Rule(1)},{Rule(2)}", "/call");
            SyscallProgram.Write(container.Inside("call"), GetPpid, argument);
            container.Run().Exits(code);
        }
    }

    private const string NeededByBusybox = """
        "access","arch_prctl","brk","capget","capset","chdir","clone","close","dup","dup2","dup3","epoll_create","epoll_create1","epoll_ctl","epoll_pwait","epoll_wait",
        "eventfd2","execve","execveat","exit","exit_group","faccessat","faccessat2","fadvise64","fcntl","fchdir","fork","fstat","fstatfs","futex","getcwd","getdents","getdents64","getegid",
        "geteuid","getgid","getpgid","getpgrp","getpid","getppid","getrandom","getrlimit","getsid","gettid","getuid","ioctl","kill","lseek","lstat","madvise","mmap",
        "mprotect","munmap","nanosleep","newfstatat","open","openat","openat2","pipe","pipe2","poll","prctl","pread64","prlimit64","pselect6","read","readlink","readlinkat","restart_syscall",
        "rseq","rt_sigaction","rt_sigprocmask","rt_sigreturn","sched_getaffinity","sched_yield","select","sendmsg","set_robust_list","set_tid_address","setgid","setgroups","setpgid","setresgid","setresuid","setsid","setuid",
        "sigaltstack","stat","statfs","statx","sysinfo","tgkill","time","times","umask","uname","unlink","vfork","wait4","waitid","write","writev","recvmsg","sendto","recvfrom","shutdown","close_range","fchown","fchmod","keyctl"
        """;

    /// <summary>Denies everything but what busybox and the runtimes' last steps need.</summary>
    private Container AllowOnlyBusybox(string more, params string[] args)
    {
        Container container = NewContainer(args);
        container.Config.Set("linux.seccomp", $$"""
            {"defaultAction":"SCMP_ACT_ERRNO",{{more}}"architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":[{{NeededByBusybox}}],"action":"SCMP_ACT_ALLOW"}]}
            """);
        return container;
    }

    [Fact]
    public void An_allow_list_denies_the_rest() =>
        Assert.Contains("Operation not permitted", AllowOnlyBusybox("").RunSh("mkdir /x").Stderr, StringComparison.Ordinal);

    [Fact]
    public void The_default_errno_is_that_of_the_profile() =>
        Assert.Contains("No such device or address", AllowOnlyBusybox("\"defaultErrnoRet\":6,").RunSh("mkdir /x").Stderr, StringComparison.Ordinal);

    [Fact]
    public void A_call_newer_than_the_profile_fails_with_ENOSYS()
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        Container container = AllowOnlyBusybox("", "/call");
        SyscallProgram.Write(container.Inside("call"), FutureSyscall);
        container.Run().Exits(38);
    }

    [Fact]
    public void A_call_older_than_the_profile_keeps_the_default_errno()
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        Container container = AllowOnlyBusybox("", "/call");
        SyscallProgram.Write(container.Inside("call"), Mkdir);
        container.Run().Exits(1);
    }

    [Fact]
    public void A_name_that_no_kernel_knows_is_ignored() =>
        Assert.Equal("ok", AllowExcept("""{"names":["mkdir","call_from_the_future"],"action":"SCMP_ACT_ERRNO"}""").Sh("echo ok"));

    [Theory]
    [InlineData("SECCOMP_FILTER_FLAG_LOG")]
    [InlineData("SECCOMP_FILTER_FLAG_SPEC_ALLOW")]
    [InlineData("SECCOMP_FILTER_FLAG_TSYNC")]
    public void A_filter_flag_is_taken(string flag)
    {
        Container container = AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}""");
        container.Config.Set("linux.seccomp.flags", $"[\"{flag}\"]");
        Assert.Equal("2", container.Sh("grep Seccomp: /proc/self/status | cut -f 2"));
    }

    [Fact]
    public void A_filter_is_loaded_also_without_no_new_privileges()
    {
        Container container = AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}""");
        container.Config.Set("process.noNewPrivileges", "false").Set("process.user", """{"uid":1000,"gid":1000}""").Capabilities();
        Assert.Equal("2", container.Sh("grep Seccomp: /proc/self/status | cut -f 2"));
    }

    [Fact]
    public void Without_a_profile_no_filter_is_loaded() =>
        Assert.Equal("0", NewContainer().Sh("grep Seccomp: /proc/self/status | cut -f 2"));

    [Fact]
    public void Exec_gets_the_filter_of_the_container()
    {
        Container container = AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}""").Running();
        Assert.Contains("Operation not permitted", container.Exec("mkdir", "/x").Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_action_is_refused()
    {
        AllowExcept("""{"names":["mkdir"],"action":"SCMP_ACT_DANCE"}""", "true").Create().Fails(1, "SCMP_ACT_DANCE");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    public void A_notified_call_is_decided_by_the_listener(int errno)
    {
        Container container = AllowExcept("""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_NOTIFY"}""", "mkdir", "/made");
        using var receiver = new FdReceiver(Path.Combine(Scratch.Directory, "seccomp.sock"));
        container.Config.SetText("linux.seccomp.listenerPath", receiver.Path).SetText("linux.seccomp.listenerMetadata", "meta words");
        using Command run = container.StartRun();
        (string text, IReadOnlyList<int> fds) = receiver.Receive();
        JsonObject message = JsonNode.Parse(text)!.AsObject();
        Assert.Equal("meta words", (string?)message["metadata"]);
        Assert.Equal("seccompFd", (string?)Assert.Single(message["fds"]!.AsArray()));
        Assert.Equal(container.Id, (string?)message["state"]?["id"]);
        Assert.NotNull((string?)message["ociVersion"]);
        Assert.True((int)message["pid"]! > 0);
        int listener = Assert.Single(fds);
        SeccompListener.AnswerOne(listener, errno);
        CommandResult result = run.Wait();
        Libc.close(listener);
        Assert.Equal(errno == 0, Directory.Exists(container.Inside("made")));
        result.Exits(errno == 0 ? 0 : 1);
    }

    [Fact]
    public void A_listener_that_does_not_exist_is_refused()
    {
        Container container = AllowExcept("""{"names":["mkdir"],"action":"SCMP_ACT_NOTIFY"}""", "true");
        container.Config.SetText("linux.seccomp.listenerPath", "/no/such/socket");
        container.Run().Fails(1, "/no/such/socket");
        Assert.Empty(Scratch.LeaksNow());
    }
}
