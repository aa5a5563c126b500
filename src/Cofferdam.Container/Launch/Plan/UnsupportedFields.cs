using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>Fields that this version does not honour: an error that names them, never silence.</summary>
internal static class UnsupportedFields
{
    public static void Check(RuntimeSpec spec)
    {
        if (spec.Linux.IntelRdt is not null)
            throw Refuse("linux.intelRdt", "resctrl groups are not supported yet");
    }

    private static CofferdamException Refuse(string field, string reason) =>
        new(ErrorKind.Unimplemented, $"{field}: {reason}");
}
