using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Opens what the steps of a plan ask their parent for.</summary>
internal sealed class PlanDescriptors(InheritedFds inherited, OwnedFd? initPidfd)
{
    /// <summary>The number that the descriptor has in init.</summary>
    public int Open(DescriptorRequest request) => request.Kind switch
    {
        DescriptorKind.Namespace => inherited.Own(OpenNamespace(request)),
        DescriptorKind.Pidfd => inherited.Own(Files.Duplicate(initPidfd!)),
        _ => throw new CofferdamException(ErrorKind.Internal, $"opening a descriptor of kind {(int)request.Kind}: unknown"),
    };

    private static OwnedFd OpenNamespace(DescriptorRequest request)
    {
        OwnedFd fd = Files.Open(request.Path, OpenFlags.ReadOnly);
        const long NsfsMagic = 0x6e736673;
        if (Files.FileSystemMagic(fd, request.Path) == NsfsMagic) return fd;
        fd.Dispose();
        throw new CofferdamException(ErrorKind.InvalidArgument, $"linux.namespaces: '{request.Path}' is not a namespace");
    }
}
