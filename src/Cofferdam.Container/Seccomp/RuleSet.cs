using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Containers.Seccomp;

/// <summary>A checked profile, arranged by system call: which rules speak about each name.</summary>
internal sealed class RuleSet
{
    private const uint NoSystem = 38; // ENOSYS

    private readonly Entry[] _names = new Entry[SyscallTable.Count];
    private Link[] _links = new Link[16]; // place 0 ends a chain
    private int _linkCount = 1;

    private readonly uint[] _returns;

    private RuleSet(Profile profile)
    {
        Rules = profile.Syscalls;
        _returns = new uint[Rules.Count];
    }

    public IReadOnlyList<SeccompSyscall> Rules { get; }

    /// <summary>What the filter returns where no rule matches.</summary>
    public uint DefaultReturn { get; private init; }

    /// <summary>What it returns for numbers above the newest that the profile names; the default if nothing special.</summary>
    public uint NewerReturn { get; private init; }

    public bool Notifies { get; private set; }

    /// <summary>Checks a profile and sorts its rules by name. Unknown names are reported and left out.</summary>
    public static RuleSet From(Profile profile, ICollection<string>? warnings)
    {
        if (profile.DefaultAction == SeccompAction.Notify)
        {
            throw Invalid("defaultAction", "SCMP_ACT_NOTIFY cannot be used as default action");
        }
        uint fallback = ReturnValue(profile.DefaultAction, profile.DefaultErrnoRet, "defaultErrnoRet");
        // A newer C library tries a newer call and falls back on ENOSYS; EPERM (or death) would break it. Profiles that
        // let everything through have no such problem, and a tracer is told of everything.
        bool answersNoSystem = profile.DefaultAction is not (SeccompAction.Allow or SeccompAction.Log or SeccompAction.Trace);
        var set = new RuleSet(profile)
        {
            DefaultReturn = fallback,
            NewerReturn = answersNoSystem ? Bpf.Errno | NoSystem : fallback,
        };
        for (int i = 0; i < profile.Syscalls.Count; i++) set.Add(i, profile.Syscalls[i], warnings);
        if (set.Notifies && string.IsNullOrEmpty(profile.ListenerPath))
        {
            throw Invalid("listenerPath", "must be set when a rule has SCMP_ACT_NOTIFY");
        }
        return set;
    }

    /// <summary>True if a rule names this system call, even one that says no more than the default.</summary>
    public bool IsListed(int name) => _names[name].IsListed;

    /// <summary>The rule without conditions that speaks about this name (the first), or -1.</summary>
    public int Unconditional(int name) => _names[name].Unconditional - 1;

    /// <summary>True if only rules with conditions speak about this name.</summary>
    public bool IsConditional(int name) => _names[name].Unconditional == 0 && _names[name].First != 0;

    /// <summary>What a rule returns when it matches.</summary>
    public uint Return(int rule) => _returns[rule];

    /// <summary>Appends the clauses of a name, in the order of the profile.</summary>
    public int Clauses(int name, int call, ref Clause[] clauses, int count)
    {
        int unconditional = Unconditional(name);
        if (unconditional >= 0) return Append(ref clauses, count, new Clause(unconditional, -1, call));
        for (int at = _names[name].First; at != 0; at = _links[at].Next)
        {
            count = Append(ref clauses, count, _links[at].Clause with { Call = call });
        }
        return count;
    }

    private static int Append(ref Clause[] clauses, int count, Clause clause)
    {
        if (count == clauses.Length) Array.Resize(ref clauses, count * 2);
        clauses[count] = clause;
        return count + 1;
    }

    private void Add(int index, SeccompSyscall rule, ICollection<string>? warnings)
    {
        _returns[index] = ReturnValue(rule.Action, rule.ErrnoRet, rule.ErrnoRet is null ? "" : $"syscalls[{index}].errnoRet");
        Notifies |= rule.Action == SeccompAction.Notify;
        bool separate = CheckArguments(index, rule);
        bool redundant = Return(index) == DefaultReturn;
        IReadOnlyList<string> names = rule.Names;
        int count = names.Count;
        for (int i = 0; i < count; i++)
        {
            string text = names[i];
            if (rule.Action == SeccompAction.Notify && text == "write")
            {
                // Also the runtime's own init writes after the filter is in place; nobody would answer it.
                throw Invalid($"syscalls[{index}].names[{i}]", "SCMP_ACT_NOTIFY cannot be used for the write syscall");
            }
            int name = SyscallTable.Find(text);
            if (name < 0)
            {
                warnings?.Add($"linux.seccomp.syscalls[{index}].names[{i}]: unknown system call '{text}', ignoring");
                continue;
            }
            _names[name].IsListed = true;
            if (redundant) continue;
            if (rule.Args.Count == 0)
            {
                if (_names[name].Unconditional == 0) _names[name].Unconditional = index + 1;
            }
            else if (!separate)
            {
                RefuseContradiction(name, index, text);
                AddClause(name, new Clause(index, -1, 0));
            }
            else
            {
                for (int a = 0; a < rule.Args.Count; a++) AddClause(name, new Clause(index, a, 0));
            }
        }
    }

    private void AddClause(int name, Clause clause)
    {
        if (_linkCount == _links.Length) Array.Resize(ref _links, _linkCount * 2);
        _links[_linkCount] = new Link(clause, 0);
        ref Entry entry = ref _names[name];
        if (entry.First == 0) entry.First = _linkCount;
        else _links[entry.Last].Next = _linkCount;
        entry.Last = _linkCount++;
    }

    /// <summary>Two rules with the same conditions and different actions: runc and crun refuse them too.</summary>
    private void RefuseContradiction(int name, int index, string text)
    {
        SeccompSyscall rule = Rules[index];
        for (int at = _names[name].First; at != 0; at = _links[at].Next)
        {
            Clause earlier = _links[at].Clause;
            if (earlier.Argument >= 0 || Return(earlier.Rule) == Return(index)) continue;
            IReadOnlyList<SeccompArg> arguments = Rules[earlier.Rule].Args;
            bool same = arguments.Count == rule.Args.Count;
            for (int i = 0; same && i < arguments.Count; i++) same = arguments[i] == rule.Args[i];
            if (same)
            {
                throw Invalid($"syscalls[{index}]", $"same conditions for '{text}' as syscalls[{earlier.Rule}] but another action");
            }
        }
    }

    /// <summary>True if one argument is compared twice; then each comparison is a rule of its own, as in runc and crun.</summary>
    private static bool CheckArguments(int index, SeccompSyscall rule)
    {
        uint seen = 0;
        bool twice = false;
        for (int i = 0; i < rule.Args.Count; i++)
        {
            uint argument = rule.Args[i].Index;
            if (argument > 5) throw Invalid($"syscalls[{index}].args[{i}].index", "must be 0 to 5");
            twice |= (seen & (1u << (int)argument)) != 0;
            seen |= 1u << (int)argument;
        }
        return twice;
    }

    private static uint ReturnValue(SeccompAction action, uint? errno, string field)
    {
        if (errno is not null)
        {
            if (action is not (SeccompAction.Errno or SeccompAction.Trace))
            {
                throw Invalid(field, "allowed only with SCMP_ACT_ERRNO and SCMP_ACT_TRACE");
            }
            if (errno > ushort.MaxValue) throw Invalid(field, $"must be at most {ushort.MaxValue}");
        }
        return action switch
        {
            SeccompAction.KillThread => Bpf.KillThread,
            SeccompAction.KillProcess => Bpf.KillProcess,
            SeccompAction.Trap => Bpf.Trap,
            SeccompAction.Errno => Bpf.Errno | (errno ?? 1), // EPERM
            SeccompAction.Trace => Bpf.Trace | (errno ?? 1),
            SeccompAction.Log => Bpf.Log,
            SeccompAction.Notify => Bpf.Notify,
            _ => Bpf.Allow,
        };
    }

    private static CofferdamException Invalid(string field, string problem) =>
        new(ErrorKind.InvalidArgument, $"linux.seccomp.{field}: {problem}");

    /// <summary>Places are counted from 1, so that zeroed memory means nothing is known.</summary>
    private struct Entry
    {
        public int Unconditional;
        public int First;
        public int Last;
        public bool IsListed;
    }

    private struct Link(Clause clause, int next)
    {
        public readonly Clause Clause = clause;
        public int Next = next;
    }
}
