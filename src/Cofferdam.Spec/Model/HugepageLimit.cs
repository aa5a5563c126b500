namespace Cofferdam.Spec;

/// <summary>Limit of huge pages of one size.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Huge page limits.</remarks>
public sealed record HugepageLimit
{
    /// <summary><c>pageSize</c>: 64KB, 2MB, 1GB …</summary>
    public string PageSize { get; init; } = "";

    /// <summary><c>limit</c> in bytes.</summary>
    public ulong Limit { get; init; }
}
