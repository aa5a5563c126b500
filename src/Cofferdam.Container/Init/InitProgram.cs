using System.Runtime.CompilerServices;

namespace Cofferdam.Containers.Init;

/// <summary>
/// Init: the program that a container (or an exec) begins as. It maps the plan that its parent wrote and does one step
/// after the other, until the last one becomes the container's program. It runs without the .NET runtime
/// (docs/runtime-free-code.md): one thread, no allocation, no exceptions, system calls only.
/// </summary>
// SAFETY: the blob comes from our parent through a memfd that nobody else holds; its magic and size are checked.
public static unsafe class InitProgram
{
    /// <summary>Runs the plan in the memfd <paramref name="blobFd"/>. Never returns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]   // into NativeEntry, which must stay small
    public static void Run(int blobFd) => RunSteps(Map(blobFd));

    private static void RunSteps(InitBlob* blob)
    {
        SignalState.ResetAndBlock();
        StepRecord* steps = (StepRecord*)((byte*)blob + blob->StepsOffset);
        long* times = blob->TimesOffset == 0 ? null : (long*)((byte*)blob + blob->TimesOffset);
        for (int i = 0; i < blob->StepCount; i++)
        {
            blob->CurrentStep = i;
            long result = Perform(blob, steps + i);
            if (result < 0)
            {
                SyncOps.ReportFailure(blob, i, result, Sys.LastCall);
                Sys.Exit(1);
            }
            if (times != null) times[i] = Now();
        }
        Sys.Exit(1);
    }

    /// <summary>
    /// Init of the plain build, whose runtime is running: its threads would keep the process from entering user and mount
    /// namespaces, so a forked child, which has one thread, takes its place beside it.
    /// </summary>
    public static void RunForked(int blobFd)
    {
        InitBlob* blob = Map(blobFd);
        long pid = NamespaceOps.ForkBeside(blob, 0);
        if (pid == 0) RunSteps(blob);
        if (pid < 0) SyncOps.ReportFailure(blob, 0, pid, Sys.LastCall);
        Sys.Exit(pid > 0 ? 0 : 1);
    }

    private static InitBlob* Map(int fd)
    {
        FileStat status;
        if (Sys.FileStatus(fd, &status) < 0 || status.Size < sizeof(InitBlob)) Sys.Exit(2);
        long address = Sys.Call(Nr.mmap, 0, status.Size, Abi.PROT_READ | Abi.PROT_WRITE, Abi.MAP_SHARED, fd, 0);
        if (address is < 0 and > -4096) Sys.Exit(2);
        InitBlob* blob = (InitBlob*)address;
        if (blob->Magic != InitBlob.ExpectedMagic || blob->Size != status.Size) Sys.Exit(2);
        Sys.Close(fd);
        return blob;
    }

    private static long Now()
    {
        long* time = stackalloc long[2];
        Sys.Call(Nr.clock_gettime, Abi.CLOCK_MONOTONIC, (long)time);
        return time[0] * 1_000_000_000 + time[1];
    }

    private static long Perform(InitBlob* blob, StepRecord* step) => (InitOp)step->Op switch
    {
        InitOp.WriteHostProc => NamespaceOps.WriteHostProc(blob, step),
        InitOp.OpenHostProc => LabelOps.OpenHostProc(blob, step),
        InitOp.WriteAttribute => LabelOps.WriteAttribute(blob, step),
        InitOp.SetDumpable => NamespaceOps.SetDumpable(blob, step),
        InitOp.JoinNamespaces => NamespaceOps.JoinNamespaces(blob, step),
        InitOp.Unshare => NamespaceOps.Unshare(blob, step),
        InitOp.BecomeRoot => NamespaceOps.BecomeRoot(blob, step),
        InitOp.Fork => NamespaceOps.Fork(blob, step),
        InitOp.NewSession => NamespaceOps.NewSession(blob, step),
        InitOp.Synchronize => SyncOps.Synchronize(blob, step),
        InitOp.LoopbackUp => NamespaceOps.LoopbackUp(blob, step),
        InitOp.EnterCgroups => SyncOps.EnterCgroups(blob, step),
        InitOp.SetHostname => NamespaceOps.SetHostname(blob, step),
        InitOp.SetDomainname => NamespaceOps.SetDomainname(blob, step),
        InitOp.SetRootPropagation => RootOps.SetRootPropagation(blob, step),
        InitOp.OpenRoot => RootOps.OpenRoot(blob, step),
        InitOp.AdoptRoot => RootOps.AdoptRoot(blob, step),
        InitOp.CoverRoot => RehearsalOps.CoverRoot(blob, step),
        InitOp.MountFilesystem => MountOps.MountFilesystem(blob, step),
        InitOp.BindMount => MountOps.BindMount(blob, step),
        InitOp.ChangeMount => MountOps.ChangeMount(blob, step),
        InitOp.MakeDirectory => DeviceOps.MakeDirectory(blob, step),
        InitOp.MakeSymlink => DeviceOps.MakeSymlink(blob, step),
        InitOp.MakeDevice => DeviceOps.MakeDevice(blob, step),
        InitOp.BindDevice => DeviceOps.BindDevice(blob, step),
        InitOp.MaskPath => ProtectOps.MaskPath(blob, step),
        InitOp.ProtectPath => ProtectOps.ProtectPath(blob, step),
        InitOp.WriteSysctl => ProtectOps.WriteSysctl(blob, step),
        InitOp.LabelFile => LabelOps.LabelFile(blob, step),
        InitOp.EnterRoot => RootOps.EnterRoot(blob, step),
        InitOp.MoveRoot => RootOps.MoveRoot(blob, step),
        InitOp.ChangeRoot => RootOps.ChangeRoot(blob, step),
        InitOp.OpenTerminal => TerminalOps.OpenTerminal(blob, step),
        InitOp.BindConsole => TerminalOps.BindConsole(blob, step),
        InitOp.AttachTerminal => TerminalOps.AttachTerminal(blob, step),
        InitOp.OwnStandardIo => TerminalOps.OwnStandardIo(blob, step),
        InitOp.RunHook => HookOps.RunHook(blob, step),
        InitOp.JoinSessionKeyring => LimitOps.JoinSessionKeyring(blob, step),
        InitOp.SetPersonality => LimitOps.SetPersonality(blob, step),
        InitOp.SetScheduler => LimitOps.SetScheduler(blob, step),
        InitOp.SetIoPriority => LimitOps.SetIoPriority(blob, step),
        InitOp.SetAffinity => LimitOps.SetAffinity(blob, step),
        InitOp.SetMemoryPolicy => LimitOps.SetMemoryPolicy(blob, step),
        InitOp.SetResourceLimit => LimitOps.SetResourceLimit(blob, step),
        InitOp.SetUmask => LimitOps.SetUmask(blob, step),
        InitOp.DropBoundingCapabilities => IdentityOps.DropBoundingCapabilities(blob, step),
        InitOp.SetGroups => IdentityOps.SetGroups(blob, step),
        InitOp.SetIds => IdentityOps.SetIds(blob, step),
        InitOp.SetCapabilities => IdentityOps.SetCapabilities(blob, step),
        InitOp.SetNoNewPrivileges => IdentityOps.SetNoNewPrivileges(blob, step),
        InitOp.LoadSeccomp => IdentityOps.LoadSeccomp(blob, step),
        InitOp.FindHome => ProgramOps.FindHome(blob, step),
        InitOp.ChangeDirectory => ProgramOps.ChangeDirectory(blob, step),
        InitOp.FindExecutable => ProgramOps.FindExecutable(blob, step),
        InitOp.CloseDescriptors => ProgramOps.CloseDescriptors(blob, step),
        InitOp.WaitForStart => ProgramOps.WaitForStart(blob, step),
        InitOp.Execute => ProgramOps.Execute(blob, step),
        _ => -Abi.EINVAL,
    };
}
