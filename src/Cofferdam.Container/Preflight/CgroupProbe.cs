using System.Globalization;
using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight;

/// <summary>A cgroup beside the one that the container would get, with all of its limits, for as long as a rehearsal takes.</summary>
internal sealed class CgroupProbe : IDisposable
{
    private readonly List<string> _missing = [];
    private readonly Dictionary<string, string> _enabled = [];
    private readonly LinuxResources? _resources;
    private bool _made;

    private CgroupProbe(ICgroup cgroup, LinuxResources? resources)
    {
        Cgroup = cgroup;
        _resources = resources;
        foreach (string directory in cgroup.Paths.Values) NoteAncestors(directory);
    }

    public ICgroup Cgroup { get; }

    /// <summary>What making it or setting a limit ended with.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Nothing is made yet.</summary>
    public static CgroupProbe For(CheckContext context)
    {
        string suffix = "coffer-check-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string? path = context.Spec.Linux.CgroupsPath;
        if (!string.IsNullOrEmpty(path)) path = path.TrimEnd('/') + "." + suffix;
        return new CgroupProbe(CgroupFactory.ForSpec(path, suffix, context.Cgroup), context.Spec.Linux.Resources);
    }

    public void Make(int pid)
    {
        if (_made) return;
        Attempt(() => Cgroup.Create(_resources, pid));
        _made = true;
    }

    public void SetLimits() => Attempt(() => Cgroup.Apply(_resources));

    /// <summary>Takes all of it back, also directories above it and controllers given to them.</summary>
    public void Dispose()
    {
        if (_made) Cgroup.Remove();
        // Deepest first. One that somebody else uses by now stays, ignoring the refusal.
        for (int i = _missing.Count - 1; i >= 0; i--) Files.TryRmdir(_missing[i], out _);
        foreach ((string file, string before) in _enabled)
        {
            if (!Files.TryReadText(file, out string? after, out _)) continue;
            string[] old = before.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            foreach (string controller in after.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
                if (Array.IndexOf(old, controller) < 0) Files.TryWrite(file, "-" + controller, out _);
        }
    }

    private void Attempt(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            Failure = e;
            throw;
        }
    }

    private void NoteAncestors(string directory)
    {
        List<string> missing = [];
        string? at = Path.GetDirectoryName(directory);
        for (; at is not null && !Files.Exists(at); at = Path.GetDirectoryName(at)) missing.Add(at);
        for (int i = missing.Count - 1; i >= 0; i--)
            if (!_missing.Contains(missing[i])) _missing.Add(missing[i]);
        for (; at is not null; at = Path.GetDirectoryName(at))
        {
            string file = at + "/cgroup.subtree_control";
            if (!Files.TryReadText(file, out string? text, out _)) break;
            _enabled.TryAdd(file, text);
        }
    }
}
