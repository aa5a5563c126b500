using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The caller may map the ids: the range is its own, or subordinate to it (subuid(5)) and there are programs to map it.</summary>
internal sealed class IdMapCheck : HostCheck
{
    private const int SetUidBit = 0x800;

    public override string Subject => "id maps";

    public override string? Examine(CheckContext context)
    {
        if (!context.MakesUserNamespace) return null;
        LinuxConfig linux = context.Spec.Linux;
        string? name = UserDatabase.NameOf(Processes.EffectiveUid);
        Check(context, "linux.uidMappings", linux.UidMappings, Processes.EffectiveUid, "newuidmap", "/etc/subuid",
            () => SubordinateIds.Users(Processes.EffectiveUid, name));
        Check(context, "linux.gidMappings", linux.GidMappings, Processes.EffectiveGid, "newgidmap", "/etc/subgid",
            () => SubordinateIds.Groups(Processes.EffectiveUid, name));
        return $"{linux.UidMappings.Count} ranges of users and {linux.GidMappings.Count} of groups can be mapped";
    }

    private static void Check(CheckContext context, string field, IReadOnlyList<IdMapping> maps, uint own, string helper, string file,
        Func<IReadOnlyList<SubordinateRange>> subordinate)
    {
        if (!context.Rootless || (maps is [{ Size: 1 } only] && only.HostId == own)) return;
        if (Processes.EffectiveUid == 0) return;    // the kernel decides, in the rehearsal
        if (IdMaps.FindHelper(helper) is not { } path)
        {
            context.Fail(field, $"mapping more than the own id needs {helper}, which is not in PATH", "install the package uidmap");
            return;
        }
        if ((Files.Stat(path).Permissions & SetUidBit) == 0)
            context.Warn(field, $"'{path}' is not setuid root", $"it must be, or have the capability by setcap(8): chmod u+s {path}");
        IReadOnlyList<SubordinateRange> ranges = subordinate();
        for (int i = 0; i < maps.Count; i++)
        {
            IdMapping map = maps[i];
            if ((map.Size == 1 && map.HostId == own) || ranges.Any(range => Holds(range, map))) continue;
            string user = UserDatabase.NameOf(Processes.EffectiveUid) ?? Processes.EffectiveUid.ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Fail($"{field}[{i}]", $"ids {map.HostId} to {map.HostId + (ulong)map.Size - 1} of the host are not this user's in '{file}'",
                ranges.Count == 0 ? $"add a line like '{user}:100000:65536' to {file}" : $"map ids from {ranges[0].Start} to {ranges[0].Start + ranges[0].Count - 1}");
        }
    }

    private static bool Holds(SubordinateRange range, IdMapping map) =>
        map.HostId >= range.Start && (ulong)map.HostId + map.Size <= (ulong)range.Start + range.Count;
}
