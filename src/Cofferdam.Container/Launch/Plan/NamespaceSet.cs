using Cofferdam.Containers.Init;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>The namespaces of a configuration: which are new, which are joined, and what that means for the launch.</summary>
internal sealed class NamespaceSet
{
    private readonly bool _spawnsInit;

    public NamespaceSet(IReadOnlyList<LinuxNamespace> namespaces, bool spawnsInit)
    {
        _spawnsInit = spawnsInit;
        for (int i = 0; i < namespaces.Count; i++)
        {
            long flag = Flag(namespaces[i].Type);
            if (string.IsNullOrEmpty(namespaces[i].Path)) New |= flag;
            else
            {
                Joined |= flag;
                JoinedList.Add((i, namespaces[i]));
            }
        }
        // A user namespace owns those joined or made after it, and must be the first.
        JoinedList.Sort((a, b) => Order(a.Namespace.Type).CompareTo(Order(b.Namespace.Type)));
    }

    /// <summary>CLONE_NEW* to make.</summary>
    public long New { get; }

    /// <summary>CLONE_NEW* to join by path.</summary>
    public long Joined { get; }

    /// <summary>What to join, in order, with the index in the configuration.</summary>
    public List<(int Index, LinuxNamespace Namespace)> JoinedList { get; } = [];

    /// <summary>
    /// Init cannot be cloned straight into its namespaces: a user namespace needs its maps before anything else, a time
    /// namespace its offsets, and a joined pid namespace begins with a child. Nor can it be where it is not cloned at all.
    /// </summary>
    public bool NeedsFork =>
        (_spawnsInit && New != 0) || ((New | Joined) & Abi.CLONE_NEWUSER) != 0 || (Joined & Abi.CLONE_NEWPID) != 0 || (New & Abi.CLONE_NEWTIME) != 0;

    public bool HasUser => ((New | Joined) & Abi.CLONE_NEWUSER) != 0;

    public bool Has(long flag) => ((New | Joined) & flag) != 0;

    public static long Flag(NamespaceType type) => type switch
    {
        NamespaceType.Pid => Abi.CLONE_NEWPID,
        NamespaceType.Network => Abi.CLONE_NEWNET,
        NamespaceType.Mount => Abi.CLONE_NEWNS,
        NamespaceType.Ipc => Abi.CLONE_NEWIPC,
        NamespaceType.Uts => Abi.CLONE_NEWUTS,
        NamespaceType.User => Abi.CLONE_NEWUSER,
        NamespaceType.Cgroup => Abi.CLONE_NEWCGROUP,
        NamespaceType.Time => Abi.CLONE_NEWTIME,
        _ => throw new CofferdamException(ErrorKind.InvalidArgument, $"linux.namespaces: unknown type {(int)type}"),
    };

    public static string Name(NamespaceType type) => type switch
    {
        NamespaceType.Pid => "pid",
        NamespaceType.Network => "network",
        NamespaceType.Mount => "mount",
        NamespaceType.Ipc => "ipc",
        NamespaceType.Uts => "uts",
        NamespaceType.User => "user",
        NamespaceType.Cgroup => "cgroup",
        _ => "time",
    };

    /// <summary>The names of CLONE_NEW* flags, for messages: "mount, uts, ipc, network".</summary>
    public static string Describe(long flags)
    {
        var names = new List<string>(8);
        foreach (NamespaceType type in Kinds)
            if ((flags & Flag(type)) != 0) names.Add(Name(type));
        return string.Join(", ", names);
    }

    private static ReadOnlySpan<NamespaceType> Kinds =>
    [
        NamespaceType.User, NamespaceType.Mount, NamespaceType.Uts, NamespaceType.Ipc, NamespaceType.Network,
        NamespaceType.Pid, NamespaceType.Cgroup, NamespaceType.Time,
    ];

    private static int Order(NamespaceType type) => type switch
    {
        NamespaceType.User => 0,
        NamespaceType.Mount => 7,
        _ => 1,
    };
}
