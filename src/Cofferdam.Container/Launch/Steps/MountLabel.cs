using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>linux.mountLabel: the SELinux context of what is mounted anew.</summary>
internal static class MountLabel
{
    private const string TypeAnnotation = "run.oci.mount_context_type";

    /// <summary>
    /// The options with the one of the label, "context=…". procfs, sysfs and cgroups have labels of their own, and what is
    /// bound keeps its; mqueue takes no such option (<see cref="AddQueue"/>).
    /// </summary>
    public static ParsedMountOptions AddTo(ParsedMountOptions options, string type, RuntimeSpec spec)
    {
        if (Option(spec) is not { } option || type is "proc" or "sysfs" or "cgroup" or "cgroup2" or "mqueue") return options;
        foreach (string given in options.Data)
            if (IsContext(given)) return options;
        return options with { Data = [.. options.Data, option] };
    }

    /// <summary>The root of a new mqueue, whose context is an extended attribute.</summary>
    public static void AddQueue(PlanBuilder plan, MountEntry entry, RuntimeSpec spec)
    {
        if (spec.Linux.MountLabel is not { Length: > 0 } label) return;
        plan.Add(InitOp.LabelFile, "linux.mountLabel", $"label '{entry.Destination}'", Hint,
            Operand.Of("path", entry.Destination), Operand.Of("label", label));
    }

    /// <summary>"context=label", or the kind that crun's annotation asks for; null without a label.</summary>
    public static string? Option(RuntimeSpec spec)
    {
        if (spec.Linux.MountLabel is not { Length: > 0 } label) return null;
        string type = spec.Annotations.GetValueOrDefault(TypeAnnotation, "context");
        return type is "context" or "fscontext" or "defcontext" or "rootcontext" ? $"{type}={label}"
            : throw new CofferdamException(ErrorKind.InvalidArgument,
                $"annotations['{TypeAnnotation}']: must be context, fscontext, defcontext or rootcontext, is '{type}'");
    }

    /// <summary>An option for mount(2), where a comma in a label would end it if it were not in quotes.</summary>
    public static string Quote(string option) =>
        IsContext(option) && option.Contains(',', StringComparison.Ordinal) && !option.EndsWith('"') ? option.Replace("=", "=\"", StringComparison.Ordinal) + '"' : option;

    /// <summary>An option for fsconfig(2), which takes a label as it is; engines write it in quotes.</summary>
    public static string Unquote(string option) => IsContext(option) ? option.Replace("\"", "", StringComparison.Ordinal) : option;

    private static bool IsContext(string option) =>
        option.AsSpan(0, Math.Max(0, option.IndexOf('=', StringComparison.Ordinal))) is "context" or "fscontext" or "defcontext" or "rootcontext";

    public static string? Hint(int errno) => errno == Abi.EINVAL ? "the loaded policy knows no such context" : null;
}
