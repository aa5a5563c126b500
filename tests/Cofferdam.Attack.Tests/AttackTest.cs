using Cofferdam.Testing;

namespace Cofferdam.Attack.Tests;

/// <summary>Base of the attacks. "Outside" is a directory of the host that no container is told of: it must stay as
/// empty as it was.</summary>
public abstract class AttackTest : RuntimeTest
{
    protected AttackTest()
        : base(KnownDifferences.All)
    {
        Outside = Path.Combine(Scratch.Directory, "outside");
        Directory.CreateDirectory(Outside);
    }

    protected string Outside { get; }

    protected IEnumerable<string> WhatIsOutside() => Directory.EnumerateFileSystemEntries(Outside, "*", SearchOption.AllDirectories);

    /// <summary>A link that leads from a place in the root filesystem to the outside, for one who follows it on the host.</summary>
    protected string Climb(string target) => string.Concat(Enumerable.Repeat("../", 30)) + target.TrimStart('/');
}
