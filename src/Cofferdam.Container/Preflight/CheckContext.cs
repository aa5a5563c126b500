using Cofferdam.Cgroups;
using Cofferdam.Containers.Launch;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight;

/// <summary>What the checks share: the launch that is asked about, who asks, and what was found so far.</summary>
internal sealed class CheckContext(CheckOptions options, RuntimeSpec spec)
{
    private readonly List<CheckFinding> _findings = [];

    public CheckOptions Options { get; } = options;

    public RuntimeSpec Spec { get; } = spec;

    public Process Process { get; } = spec.Process!;

    public string Bundle { get; } = Path.GetFullPath(options.Bundle);

    /// <summary>The check at work, for what it finds.</summary>
    public string Subject { get; set; } = "";

    public bool Rootless { get; } = RootlessDetection.Decide(options.Rootless);

    /// <summary>CAP_* that the caller has, one bit each.</summary>
    public ulong Effective { get; } = Capabilities.ReadEffective();

    /// <summary>How the container's cgroup is chosen, as for create.</summary>
    public CgroupOptions Cgroup => new()
    {
        Rootless = Rootless,
        Manager = Options.CgroupManager,
        OwnerUid = CgroupOwner.For(Spec),
        Annotations = Spec.Annotations,
    };

    public IReadOnlyList<CheckFinding> Findings => _findings;

    /// <summary>The container makes a user namespace, in which it has all capabilities.</summary>
    public bool MakesUserNamespace => Namespace(NamespaceType.User) is { } user && string.IsNullOrEmpty(user.Path);

    public bool Can(int capability) => (Effective >> capability & 1) != 0;

    public LinuxNamespace? Namespace(NamespaceType type) => Spec.Linux.Namespaces.FirstOrDefault(item => item.Type == type);

    /// <summary>A failure is told for the field, or for a part of it.</summary>
    public bool HasFailed(string field) => _findings.Exists(found => found.Level == CheckLevel.Failure
        && found.Field.StartsWith(field, StringComparison.Ordinal) && (found.Field.Length == field.Length || found.Field[field.Length] is '[' or '.'));

    public void Ok(string text) => _findings.Add(new CheckFinding(CheckLevel.Ok, Subject, "", text, null));

    public void Warn(string field, string text, string? advice = null) =>
        _findings.Add(new CheckFinding(CheckLevel.Warning, Subject, field, text, advice));

    public void Fail(string field, string text, string? advice = null) =>
        _findings.Add(new CheckFinding(CheckLevel.Failure, Subject, field, text, advice));

    /// <summary>
    /// A message as the launch would end with: "field: what happened (hint: what to do)"; not when a check has told of the field.
    /// </summary>
    public void Fail(string message)
    {
        string? advice = null;
        int hint = message.LastIndexOf(" (hint: ", StringComparison.Ordinal);
        if (hint > 0 && message.EndsWith(')'))
        {
            advice = message[(hint + " (hint: ".Length)..^1];
            message = message[..hint];
        }
        int colon = message.IndexOf(": ", StringComparison.Ordinal);
        bool named = colon > 0 && !message.AsSpan(0, colon).ContainsAny(' ', '\'');
        string field = named ? message[..colon] : "";
        if (!named || !HasFailed(field)) Fail(field, named ? message[(colon + 2)..] : message, advice);
    }
}
