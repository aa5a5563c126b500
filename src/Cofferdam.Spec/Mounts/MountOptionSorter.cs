using System.Globalization;

namespace Cofferdam.Spec;

/// <summary>Collects the meaning of options one after another.</summary>
internal sealed class MountOptionSorter
{
    private ulong _set, _clear, _recursiveSet, _recursiveClear;
    private SuperblockFlags _super, _clearSuper;
    private bool _bind, _recursiveBind, _remount, _idMap, _recursiveIdMap;
    private bool _tmpCopyUp, _copySymlink, _sourceNoFollow, _destinationNoFollow;
    private List<ulong>? _propagation;
    private List<MountIdMapping>? _uids, _gids;
    private List<string>? _data;

    public ParsedMountOptions Sorted => new()
    {
        SetAttributes = _set,
        ClearAttributes = _clear,
        RecursiveSet = _recursiveSet,
        RecursiveClear = _recursiveClear,
        SuperFlags = _super,
        ClearSuperFlags = _clearSuper,
        Bind = _bind,
        RecursiveBind = _recursiveBind,
        Remount = _remount,
        PropagationFlags = _propagation ?? (IReadOnlyList<ulong>)[],
        IdMap = _idMap,
        RecursiveIdMap = _recursiveIdMap,
        IdMapUids = _uids ?? (IReadOnlyList<MountIdMapping>)[],
        IdMapGids = _gids ?? (IReadOnlyList<MountIdMapping>)[],
        TmpCopyUp = _tmpCopyUp,
        CopySymlink = _copySymlink,
        SourceNoFollow = _sourceNoFollow,
        DestinationNoFollow = _destinationNoFollow,
        Data = _data ?? (IReadOnlyList<string>)[],
    };

    /// <summary>False if the option is malformed; an unknown one is taken as the filesystem's.</summary>
    public bool TryAdd(string option)
    {
        if (MountOptions.TryAttribute(option, out ulong clear, out ulong set))
            Change(ref _clear, ref _set, clear, set);
        else if (option.StartsWith('r') && MountOptions.TryAttribute(option.AsSpan(1), out clear, out set))
            Change(ref _recursiveClear, ref _recursiveSet, clear, set);
        else if (MountOptions.TrySuperblock(option, out SuperblockFlags flag, out bool off))
            ChangeSuperblock(flag, off);
        else if (MountOptions.ParsePropagation(option) is var propagation and not 0)
            (_propagation ??= []).Add(propagation);
        else if (!TryAddOther(option))
            return TryAddIdMapRanges(option);
        return true;
    }

    private static void Change(ref ulong allClear, ref ulong allSet, ulong clear, ulong set)
    {
        ulong field = clear | set;
        allSet = (allSet & ~field) | set;
        allClear = (allClear & ~field) | clear;
        // mount_setattr(2) refuses an access time value unless the whole field is cleared with it.
        if ((field & MountAttributes.AccessTimeMask) != 0) allClear |= MountAttributes.AccessTimeMask;
    }

    private void ChangeSuperblock(SuperblockFlags flag, bool off)
    {
        _super = off ? _super & ~flag : _super | flag;
        _clearSuper = off ? _clearSuper | flag : _clearSuper & ~flag;
    }

    private bool TryAddOther(string option)
    {
        switch (option)
        {
            case "" or "defaults":
            case "norelatime" or "rnorelatime": // relatime is all the kernel has besides noatime and strictatime
                return true;
            case "bind":
                return _bind = true;
            case "rbind":
                return _bind = _recursiveBind = true;
            case "remount":
                return _remount = true;
            case "idmap":
                return _idMap = true;
            case "ridmap":
                return _idMap = _recursiveIdMap = true;
            case "tmpcopyup":
                return _tmpCopyUp = true;
            case "copy-symlink":
                return _copySymlink = true;
            case "src-nofollow":
                return _sourceNoFollow = true;
            case "dest-nofollow":
                return _destinationNoFollow = true;
            default:
                return false;
        }
    }

    private bool TryAddIdMapRanges(string option)
    {
        bool recursive = option.StartsWith("ridmap=", StringComparison.Ordinal);
        if (!recursive && !option.StartsWith("idmap=", StringComparison.Ordinal))
        {
            (_data ??= []).Add(option);
            return true;
        }
        _idMap = true;
        _recursiveIdMap |= recursive;
        foreach (string part in option[(option.IndexOf('=') + 1)..].Split(';'))
        {
            if (part.StartsWith("uids=", StringComparison.Ordinal))
            {
                if (!TryAddRanges(part[5..], _uids ??= [])) return false;
            }
            else if (!part.StartsWith("gids=", StringComparison.Ordinal) || !TryAddRanges(part[5..], _gids ??= []))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryAddRanges(string ranges, List<MountIdMapping> to)
    {
        foreach (string range in ranges.Split('#'))
        {
            bool relative = range.StartsWith('@');
            string[] numbers = (relative ? range[1..] : range).Split('-');
            if (numbers.Length != 3
                || !TryId(numbers[0], out uint from) || !TryId(numbers[1], out uint host) || !TryId(numbers[2], out uint size))
                return false;
            to.Add(new MountIdMapping
            {
                Mapping = new IdMapping { ContainerId = from, HostId = host, Size = size },
                Relative = relative,
            });
        }
        return true;
    }

    private static bool TryId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
