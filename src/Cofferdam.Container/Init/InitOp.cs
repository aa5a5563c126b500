namespace Cofferdam.Containers.Init;

/// <summary>
/// The operations that init can do. The operands of each are those of the method of the same name; the parent's half is
/// in <c>Launch/Steps</c>.
/// </summary>
public enum InitOp
{
    None,

    // Namespaces
    WriteHostProc,
    OpenHostProc,
    WriteAttribute,
    SetDumpable,
    JoinNamespaces,
    Unshare,
    BecomeRoot,
    Fork,
    NewSession,
    Synchronize,
    LoopbackUp,
    EnterCgroups,
    SetHostname,
    SetDomainname,

    // Root file system
    SetRootPropagation,
    OpenRoot,
    AdoptRoot,
    CoverRoot,
    MountFilesystem,
    BindMount,
    ChangeMount,
    MakeDirectory,
    MakeSymlink,
    MakeDevice,
    BindDevice,
    MaskPath,
    ProtectPath,
    WriteSysctl,
    LabelFile,
    EnterRoot,
    MoveRoot,
    ChangeRoot,

    // Terminal and hooks
    OpenTerminal,
    BindConsole,
    AttachTerminal,
    OwnStandardIo,
    RunHook,

    // Identity and limits
    JoinSessionKeyring,
    SetPersonality,
    SetScheduler,
    SetIoPriority,
    SetAffinity,
    SetMemoryPolicy,
    SetResourceLimit,
    SetUmask,
    DropBoundingCapabilities,
    SetGroups,
    SetIds,
    SetCapabilities,
    SetNoNewPrivileges,
    LoadSeccomp,

    // The program
    FindHome,
    ChangeDirectory,
    FindExecutable,
    CloseDescriptors,
    WaitForStart,
    Execute,
}
