using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>linux.resources.unified: files of the cgroup by name, as they are.</summary>
internal static class UnifiedFiles
{
    /// <summary>Throws for names that lead elsewhere.</summary>
    public static void Validate(LinuxResources resources)
    {
        foreach (string file in resources.Unified.Keys)
        {
            if (file.Contains('/') || file.Contains('\0') || file is "" or "." or "..")
                throw CgroupErrors.Invalid(FieldOf(file), "must be the name of a file in the cgroup");
            if (file.IndexOf('.') <= 0) throw CgroupErrors.Invalid(FieldOf(file), "must be of the form controller.parameter");
        }
    }

    /// <summary>The controller that a valid name belongs to; "cgroup" for the core's.</summary>
    public static string ControllerOf(string file) => file[..file.IndexOf('.')];

    /// <summary>The JSON path of a file.</summary>
    public static string FieldOf(string file) => $"linux.resources.unified['{file}']";

    /// <summary>Writes each value, line by line as the kernel takes keyed files.</summary>
    /// <param name="directory">The cgroup.</param>
    /// <param name="resources">Which has passed <see cref="Validate"/>.</param>
    public static void Apply(V2Directory directory, LinuxResources resources)
    {
        foreach ((string file, string value) in resources.Unified)
        {
            foreach (string line in value.Split('\n'))
            {
                // One empty line is a value (of cpuset.cpus, for example); the one after a final newline is not.
                if ((line.Length == 0 && value.Length > 0) || directory.TryWrite(file, line + "\n", out Errno errno)) continue;
                string? hint = errno == Errno.ENOENT ? "the kernel has no such file" : null;
                throw CgroupErrors.Write(FieldOf(file), directory[file], line, errno, hint);
            }
        }
    }
}
