namespace Cofferdam.Linux;

/// <summary>Events of poll(2) and epoll(7), which share their numbers.</summary>
[Flags]
public enum PollEvents
{
    None = 0,
    Readable = 0x1,
    Priority = 0x2,
    Writable = 0x4,

    /// <summary>Reported even when not asked for.</summary>
    Failed = 0x8,

    /// <summary>The other end is closed; reported even when not asked for.</summary>
    HangUp = 0x10,

    /// <summary>The other end will write no more.</summary>
    ReadHangUp = 0x2000,
}
