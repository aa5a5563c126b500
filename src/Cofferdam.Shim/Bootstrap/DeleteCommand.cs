using System.Globalization;
using Cofferdam.Api.Task.V2;
using Cofferdam.Linux;
using Cofferdam.Shim.Runtimes;
using Cofferdam.Shim.Rootfs;
using Cofferdam.Shim.Tasks;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Bootstrap;

/// <summary><c>delete</c>: containerd found a shim dead, or it does not answer; takes away all that is left of the container.</summary>
internal static class DeleteCommand
{
    private const int Killed = 128 + Signals.Kill;

    internal static int Run(ShimArguments arguments)
    {
        string bundle = arguments.Bundle.Length > 0 ? arguments.Bundle : Directory.GetCurrentDirectory();
        int pid = ReadPid(bundle);
        // What cannot be taken away is told; the rest must go all the same.
        Attempt(() =>
        {
            foreach (string problem in RuntimeChoice.Purge(BundleRecord.ReadOptions(bundle), arguments.Namespace, arguments.Id, bundle)) StandardStreams.WriteErrorLine(problem);
        });
        Attempt(() => RootfsMounts.Unmount(Path.Join(bundle, "rootfs")));
        Attempt(() => OverlayMount.CleanUp(bundle));
        Attempt(() => RemoveSocket(bundle));
        DeleteResponse response = new() { Pid = (uint)pid, ExitStatus = Killed, ExitedAt = Timestamp.FromDateTime(DateTime.UtcNow) };
        StandardStreams.Write(response.ToByteArray());
        return 0;
    }

    private static void Attempt(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            StandardStreams.WriteErrorLine(e.Message);
        }
    }

    private static int ReadPid(string bundle) =>
        Files.TryReadText(Path.Join(bundle, BundleRecord.PidFile), out string? text, out _)
        && int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0;

    /// <summary>The socket's file, unless the shim of a pod still serves its other containers there.</summary>
    private static void RemoveSocket(string bundle)
    {
        if (!Files.TryReadText(Path.Join(bundle, "address"), out string? address, out _)) return;
        try
        {
            UnixSockets.Connect(ShimSocket.PathOf(address)).Dispose();
        }
        catch (LinuxException e) when (e.Errno is Errno.ECONNREFUSED)
        {
            ShimSocket.Remove(address);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT)
        {
            // The shim removed it.
        }
    }
}
