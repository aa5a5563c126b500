using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

/// <summary>Handing a cgroup to another user (cgroup-v2.rst, "Delegation"; runtime-spec, "Cgroup ownership").</summary>
internal static class V2Delegation
{
    // As the kernel lists them (4.15); what is missing here is what it had then.
    private const string ListFile = "/sys/kernel/cgroup/delegate";
    private const string FirstList = "cgroup.procs\ncgroup.threads\ncgroup.subtree_control";

    /// <summary>Makes <paramref name="owner"/> the owner of the directory and of those files in it that the kernel means to be given away.</summary>
    /// <param name="directory">The cgroup.</param>
    /// <param name="owner">The user's number on the host.</param>
    /// <param name="mayMiss">An ordinary user can give nothing away; then the program only cannot make cgroups itself.</param>
    public static void ChangeOwner(V2Directory directory, uint owner, bool mayMiss)
    {
        try
        {
            ChangeOwner(directory, owner);
        }
        catch (LinuxException refusal) when (mayMiss && CgroupErrors.IsPermission(refusal.Errno))
        {
            // As above.
        }
    }

    private static void ChangeOwner(V2Directory directory, uint owner)
    {
        if (!Files.TryReadText(ListFile, out string? list, out _)) list = FirstList;
        using (OwnedFd opened = Files.Open(directory.Path, OpenFlags.Directory)) Files.Chown(opened, owner, -1, directory.Path);
        foreach (ReadOnlySpan<char> line in list.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || !directory.TryOpenFile(line.ToString(), OpenFlags.Path, out OwnedFd? file, out _)) continue;
            using (file) Files.Chown(file, owner, -1, directory[line.ToString()]);
        }
    }
}
