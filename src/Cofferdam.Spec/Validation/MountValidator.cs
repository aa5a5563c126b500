namespace Cofferdam.Spec;

/// <summary>Checks mounts.</summary>
internal static class MountValidator
{
    public static void Check(RuntimeSpec spec, ICollection<string> warnings)
    {
        bool hasUserNamespace = NamespaceValidator.Find(spec.Linux, NamespaceType.User) is not null;
        for (int i = 0; i < spec.Mounts.Count; i++) CheckMount(spec.Mounts[i], new Place("mounts", i), hasUserNamespace, warnings);
    }

    private static void CheckMount(Mount mount, Place place, bool hasUserNamespace, ICollection<string> warnings)
    {
        if (mount.Destination.Length == 0) throw Fault.At(place, ".destination", "must be given");
        if (mount.Destination[0] != '/') warnings.Add($"{place.Field(".destination")}: must be absolute, taking it as relative to /");
        Fault.IfNul(mount.Destination, place, ".destination");
        Fault.IfNul(mount.Type, place, ".type");
        Fault.IfNul(mount.Source, place, ".source");
        Fault.IfNul(mount.Options, place, ".options");
        ParsedMountOptions options = MountOptions.Parse(mount.Options, place);
        bool bind = options.Bind || mount.Type == "bind";
        if (bind && options.Data.Count != 0)
        {
            // The kernel would ignore it without a word, and what was meant to protect would not.
            int at = IndexOf(mount.Options, options.Data[0]);
            throw Fault.At(place, $".options[{at}]", $"must not be an option of a filesystem in a bind mount, is '{JsonPath.Printable(options.Data[0])}'");
        }
        if (bind && string.IsNullOrEmpty(mount.Source)) throw Fault.At(place, ".source", "must be given for a bind mount");
        if (!bind && !options.Remount && options.PropagationFlags.Count == 0 && string.IsNullOrEmpty(mount.Type))
            throw Fault.At(place, ".type", "must be given unless it is a bind mount");
        if (options.TmpCopyUp && mount.Type != "tmpfs") warnings.Add($"{place.Field(".options")}: tmpcopyup has an effect on tmpfs only, ignoring");
        CheckIdMap(mount, options, place, hasUserNamespace);
    }

    private static void CheckIdMap(Mount mount, ParsedMountOptions options, Place place, bool hasUserNamespace)
    {
        bool uids = mount.UidMappings.Count != 0, gids = mount.GidMappings.Count != 0;
        if (uids) NamespaceValidator.CheckMappings(mount.UidMappings, place.Field(".uidMappings"));
        if (gids) NamespaceValidator.CheckMappings(mount.GidMappings, place.Field(".gidMappings"));
        if (uids != gids) throw Fault.At(place, uids ? ".gidMappings" : ".uidMappings", "must be given, as the other mappings are");
        bool ranges = options.IdMapUids.Count != 0 || options.IdMapGids.Count != 0;
        if (options.IdMap && !uids && !ranges && !hasUserNamespace)
            throw Fault.At(place, ".uidMappings", "must be given with idmap where there is no user namespace");
        if (HasRelative(options.IdMapUids) || HasRelative(options.IdMapGids))
        {
            if (!hasUserNamespace) throw Fault.At(place, ".options", "must not have relative id ranges where there is no user namespace");
        }
    }

    private static bool HasRelative(IReadOnlyList<MountIdMapping> mappings)
    {
        for (int i = 0; i < mappings.Count; i++)
        {
            if (mappings[i].Relative) return true;
        }
        return false;
    }

    private static int IndexOf(IReadOnlyList<string> options, string option)
    {
        int i = 0;
        while (options[i] != option) i++;
        return i;
    }
}
