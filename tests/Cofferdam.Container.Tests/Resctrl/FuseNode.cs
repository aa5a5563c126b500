using Cofferdam.Linux;

namespace Cofferdam.Containers.Tests.Resctrl;

/// <summary>A file or directory of a <see cref="FuseServer"/>.</summary>
internal sealed class FuseNode
{
    /// <summary>The text of a file; null for a directory.</summary>
    public Func<string>? Read { get; init; }

    /// <summary>What a write(2) does; null for a file that cannot be written.</summary>
    public Func<string, Errno>? Write { get; init; }

    /// <summary>What mkdir(2) in this directory does: the new directory, or why not. Null for one that refuses it.</summary>
    public Func<string, (FuseNode? Made, Errno Errno)>? Mkdir { get; init; }

    /// <summary>What rmdir(2) of this directory does besides; null for one that refuses it.</summary>
    public Func<Errno>? Rmdir { get; init; }

    public SortedDictionary<string, FuseNode> Children { get; } = new(StringComparer.Ordinal);

    public bool IsDirectory => Read is null;

    /// <summary>Adds a file that only tells a text.</summary>
    public FuseNode With(string name, string text) => With(name, new FuseNode { Read = () => text });

    public FuseNode With(string name, FuseNode child)
    {
        Children[name] = child;
        return this;
    }
}
