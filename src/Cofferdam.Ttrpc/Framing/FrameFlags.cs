namespace Cofferdam.Ttrpc;

/// <summary>The tenth byte of a frame, told from the sender's side: "remote" is whoever sent it.</summary>
[Flags]
internal enum FrameFlags : byte
{
    /// <summary>On a request: an ordinary call with one answer.</summary>
    None = 0,

    /// <summary>The sender sends nothing more on this stream.</summary>
    RemoteClosed = 1,

    /// <summary>On a request: more messages follow as data.</summary>
    RemoteOpen = 2,

    /// <summary>On data: there is no message, not even an empty one.</summary>
    NoData = 4,
}
