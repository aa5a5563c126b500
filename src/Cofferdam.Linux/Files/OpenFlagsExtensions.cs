using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>The way of <see cref="OpenFlags"/> to the kernel.</summary>
public static class OpenFlagsExtensions
{
    private const int Arm64Directory = 0x4000;
    private const int Arm64NoFollow = 0x8000;

    /// <summary>The numbers of this architecture, with O_CLOEXEC.</summary>
    public static int ToNative(this OpenFlags flags)
    {
        const int O_CLOEXEC = 0x80000;
        int native = (int)flags | O_CLOEXEC;
        if (RuntimeInformation.ProcessArchitecture != Architecture.Arm64) return native;
        native &= ~(int)(OpenFlags.Directory | OpenFlags.NoFollow);
        if (flags.HasFlag(OpenFlags.Directory)) native |= Arm64Directory;
        if (flags.HasFlag(OpenFlags.NoFollow)) native |= Arm64NoFollow;
        return native;
    }
}
