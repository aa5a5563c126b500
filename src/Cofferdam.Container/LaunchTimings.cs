using System.Diagnostics;

namespace Cofferdam.Containers;

/// <summary>
/// A stopwatch for launches: an ordered list of named phases. Phases measured while another is being measured are its
/// parts: their names begin with its name and a slash.
/// </summary>
/// <remarks>For one thread at a time, as a launch is.</remarks>
public sealed class LaunchTimings
{
    private readonly long _origin;
    private readonly List<LaunchPhase> _phases = [];
    private string _prefix = "";

    /// <summary>Starts counting now.</summary>
    public LaunchTimings() : this(Stopwatch.GetTimestamp())
    {
    }

    /// <summary>Starts counting at an earlier <see cref="Stopwatch"/> time stamp, such as the process's start.</summary>
    public LaunchTimings(long originTimestamp) => _origin = originTimestamp;

    /// <summary>All finished phases, by the order in which they began.</summary>
    public IReadOnlyList<LaunchPhase> Phases => _phases;

    /// <summary>Microseconds since counting began.</summary>
    public long Elapsed => Since(Stopwatch.GetTimestamp());

    /// <summary>Measures from now until the answer is disposed: <c>using (timings.Measure("cgroup")) …</c></summary>
    public Scope Measure(string name)
    {
        string outer = _prefix;
        string full = outer + name;
        int index = _phases.Count;
        _phases.Add(new LaunchPhase(full, Elapsed, 0));
        _prefix = full + "/";
        return new Scope(this, index, outer);
    }

    /// <summary>Adds a phase that was measured elsewhere, such as in the container's init.</summary>
    /// <param name="name">Its name, under the phase being measured.</param>
    /// <param name="startTimestamp">When it began, as a <see cref="Stopwatch"/> (CLOCK_MONOTONIC) time stamp.</param>
    /// <param name="duration">How long it took, in microseconds.</param>
    public void Add(string name, long startTimestamp, long duration) =>
        _phases.Add(new LaunchPhase(_prefix + name, Since(startTimestamp), duration));

    private long Since(long timestamp) => (timestamp - _origin) * 1_000_000 / Stopwatch.Frequency;

    private void End(int index, string outerPrefix)
    {
        LaunchPhase phase = _phases[index];
        _phases[index] = phase with { Duration = Elapsed - phase.Start };
        _prefix = outerPrefix;
    }

    /// <summary>A running measurement; dispose it to end the phase.</summary>
    public readonly struct Scope : IDisposable, IEquatable<Scope>
    {
        private readonly LaunchTimings? _owner;
        private readonly int _index;
        private readonly string _outerPrefix;

        internal Scope(LaunchTimings owner, int index, string outerPrefix)
        {
            _owner = owner;
            _index = index;
            _outerPrefix = outerPrefix;
        }

        /// <summary>Ends the phase.</summary>
        public void Dispose() => _owner?.End(_index, _outerPrefix);

        /// <inheritdoc/>
        public bool Equals(Scope other) => ReferenceEquals(_owner, other._owner) && _index == other._index;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Scope other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => _index;

        /// <summary>Whether both are the same measurement.</summary>
        public static bool operator ==(Scope left, Scope right) => left.Equals(right);

        /// <summary>Whether the two are different measurements.</summary>
        public static bool operator !=(Scope left, Scope right) => !left.Equals(right);
    }
}
