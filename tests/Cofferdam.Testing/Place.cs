namespace Cofferdam.Testing;

/// <summary>Surroundings in which a test means something else. Several together: all of them are needed.</summary>
[Flags]
public enum Place
{
    Anywhere = 0,
    Rootless = 1,
    Unified = 2,
    Systemd = 4,
    Legacy = 8,
}
