using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Hands the listener of a notifying filter to the agent at linux.seccomp.listenerPath.</summary>
internal static class SeccompListener
{
    public static void Send(OwnedFd listener, Cofferdam.Spec.Seccomp profile, ContainerState state, int pid)
    {
        using (listener)
        {
            if (string.IsNullOrEmpty(profile.ListenerPath))
                throw new CofferdamException(ErrorKind.InvalidArgument, "linux.seccomp.listenerPath: must be set for SCMP_ACT_NOTIFY");
            var message = new ContainerProcessState
            {
                OciVersion = state.OciVersion,
                Fds = ["seccompFd"],
                Pid = pid,
                Metadata = profile.ListenerMetadata,
                State = state,
            };
            using OwnedFd socket = UnixSockets.Connect(profile.ListenerPath);
            UnixSockets.SendFd(socket, SpecWriter.Write(message), listener.Fd);
        }
    }
}
