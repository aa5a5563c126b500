using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A file descriptor that closes itself. Every descriptor of the project is close-on-exec.</summary>
public sealed class OwnedFd : SafeHandle
{
    /// <summary>Takes ownership of <paramref name="fd"/>, which must be open and close-on-exec.</summary>
    public OwnedFd(int fd) : base(-1, ownsHandle: true) => SetHandle(fd);

    public override bool IsInvalid => handle < 0;

    /// <summary>The number, valid while this object is alive and not disposed.</summary>
    public int Fd
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (int)handle;
        }
    }

    /// <summary>The /proc path of this descriptor in the calling process, for interfaces that take only a path.</summary>
    public string ProcPath => $"/proc/self/fd/{Fd}";

    /// <summary>Gives up ownership and returns the number.</summary>
    public int Release()
    {
        int fd = Fd;
        SetHandleAsInvalid();
        return fd;
    }

    protected override bool ReleaseHandle() => Syscalls.Libc.close((int)handle) == 0;
}
