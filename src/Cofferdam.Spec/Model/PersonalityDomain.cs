namespace Cofferdam.Spec;

/// <summary>Execution domains, with the numbers of personality(2).</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Personality.</remarks>
public enum PersonalityDomain
{
    /// <summary>LINUX.</summary>
    Linux = 0,

    /// <summary>LINUX32: uname(2) tells a 32-bit machine.</summary>
    Linux32 = 8,
}
