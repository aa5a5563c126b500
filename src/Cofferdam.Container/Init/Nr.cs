namespace Cofferdam.Containers.Init;

/// <summary>System call numbers of x86-64 that init uses. Source: arch/x86/entry/syscalls/syscall_64.tbl.</summary>
internal static class Nr
{
    public const int read = 0;
    public const int write = 1;
    public const int close = 3;
    public const int fstat = 5;
    public const int poll = 7;
    public const int lseek = 8;
    public const int mmap = 9;
    public const int munmap = 11;
    public const int rt_sigaction = 13;
    public const int rt_sigprocmask = 14;
    public const int ioctl = 16;
    public const int dup = 32;
    public const int getpid = 39;
    public const int sendfile = 40;
    public const int socket = 41;
    public const int sendmsg = 46;
    public const int recvmsg = 47;
    public const int execve = 59;
    public const int wait4 = 61;
    public const int kill = 62;
    public const int fcntl = 72;
    public const int getcwd = 79;
    public const int chdir = 80;
    public const int fchdir = 81;
    public const int fchmod = 91;
    public const int fchown = 93;
    public const int umask = 95;
    public const int setuid = 105;
    public const int setgid = 106;
    public const int setsid = 112;
    public const int setgroups = 116;
    public const int setresuid = 117;
    public const int setresgid = 119;
    public const int capset = 126;
    public const int personality = 135;
    public const int fstatfs = 138;
    public const int pivot_root = 155;
    public const int prctl = 157;
    public const int chroot = 161;
    public const int mount = 165;
    public const int umount2 = 166;
    public const int sethostname = 170;
    public const int setdomainname = 171;
    public const int fgetxattr = 193;
    public const int fsetxattr = 190;
    public const int flistxattr = 196;
    public const int sched_setaffinity = 203;
    public const int getdents64 = 217;
    public const int clock_gettime = 228;
    public const int exit_group = 231;
    public const int set_mempolicy = 238;
    public const int keyctl = 250;
    public const int ioprio_set = 251;
    public const int openat = 257;
    public const int mkdirat = 258;
    public const int mknodat = 259;
    public const int fchownat = 260;
    public const int newfstatat = 262;
    public const int unlinkat = 263;
    public const int symlinkat = 266;
    public const int readlinkat = 267;
    public const int faccessat = 269;
    public const int unshare = 272;
    public const int utimensat = 280;
    public const int dup3 = 292;
    public const int prlimit64 = 302;
    public const int setns = 308;
    public const int sched_setattr = 314;
    public const int seccomp = 317;
    public const int memfd_create = 319;
    public const int execveat = 322;
    public const int open_tree = 428;
    public const int move_mount = 429;
    public const int fsopen = 430;
    public const int fsconfig = 431;
    public const int fsmount = 432;
    public const int clone3 = 435;
    public const int close_range = 436;
    public const int openat2 = 437;
    public const int faccessat2 = 439;
    public const int mount_setattr = 442;

    /// <summary>The name for messages, or null.</summary>
    public static string? Name(int number) => number switch
    {
        read => nameof(read), write => nameof(write), close => nameof(close), fstat => nameof(fstat),
        ioctl => nameof(ioctl), socket => nameof(socket), sendmsg => nameof(sendmsg), recvmsg => nameof(recvmsg),
        execve => nameof(execve), chdir => nameof(chdir), fchdir => nameof(fchdir), getcwd => nameof(getcwd),
        fchmod => nameof(fchmod), fchown => nameof(fchown), setuid => nameof(setuid), setgid => nameof(setgid),
        setsid => nameof(setsid), setgroups => nameof(setgroups), setresuid => nameof(setresuid),
        setresgid => nameof(setresgid), capset => nameof(capset), personality => nameof(personality),
        fstatfs => nameof(fstatfs), pivot_root => nameof(pivot_root), prctl => nameof(prctl), chroot => nameof(chroot),
        mount => nameof(mount), umount2 => nameof(umount2), sethostname => nameof(sethostname),
        setdomainname => nameof(setdomainname), sched_setaffinity => nameof(sched_setaffinity),
        set_mempolicy => nameof(set_mempolicy), keyctl => nameof(keyctl), ioprio_set => nameof(ioprio_set),
        openat => nameof(openat), mkdirat => nameof(mkdirat), mknodat => nameof(mknodat), fchownat => nameof(fchownat),
        newfstatat => nameof(newfstatat), symlinkat => nameof(symlinkat), readlinkat => nameof(readlinkat),
        faccessat => nameof(faccessat), faccessat2 => nameof(faccessat2), unshare => nameof(unshare),
        prlimit64 => "prlimit", setns => nameof(setns), sched_setattr => nameof(sched_setattr),
        seccomp => nameof(seccomp), open_tree => nameof(open_tree), move_mount => nameof(move_mount),
        fsopen => nameof(fsopen), fsconfig => nameof(fsconfig), fsmount => nameof(fsmount), clone3 => nameof(clone3),
        close_range => nameof(close_range), openat2 => nameof(openat2), mount_setattr => nameof(mount_setattr),
        memfd_create => nameof(memfd_create), dup3 => nameof(dup3), wait4 => nameof(wait4), fsetxattr => nameof(fsetxattr),
        fgetxattr => nameof(fgetxattr), flistxattr => nameof(flistxattr), getdents64 => nameof(getdents64),
        sendfile => nameof(sendfile), utimensat => nameof(utimensat), unlinkat => nameof(unlinkat),
        mmap => nameof(mmap), _ => null,
    };

    /// <summary>The release of Linux that brought a call which older ones in use do not have; null for all others.</summary>
    public static string? Since(int number) => number switch
    {
        open_tree or move_mount or fsopen or fsconfig or fsmount => "5.2",
        clone3 => "5.3",
        openat2 => "5.6",
        faccessat2 => "5.8",
        close_range => "5.9",
        mount_setattr => "5.12",
        _ => null,
    };
}
