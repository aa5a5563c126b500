using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

internal static class SpecCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "spec",
        Summary = "write a first config.json",
        Description = "It runs a shell from the directory 'rootfs' of the bundle. An existing config.json is not overwritten.",
        Options =
        [
            CommandOption.Path("bundle", 'b', "bundle directory (default: the current one)"),
            CommandOption.Switch("rootless", "for an ordinary user: in a user namespace that maps you to root"),
        ],
        MaxArguments = 0,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        RuntimeSpec spec = context.Options.Switch("rootless")
            // The cgroup namespace keeps the host's tree out of sight of a user who may write parts of it (CVE-2023-25809).
            ? DefaultSpec.ToRootless(DefaultSpec.Create(cgroupNamespace: true), Processes.EffectiveUid, Processes.EffectiveGid)
            // As runc does: where there is only v2, the mount in the container would show the host's tree otherwise.
            : DefaultSpec.Create(cgroupNamespace: CgroupHost.Detect().Mode == CgroupMode.Unified);
        string path = Path.Join(Path.GetFullPath(context.Options.NonEmpty("bundle") ?? "."), "config.json");
        if (!Files.TryOpen(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, out OwnedFd? file, out Errno errno, 0x1B6))
        {
            throw errno == Errno.EEXIST
                ? new CofferdamException(ErrorKind.AlreadyExists, $"file '{path}' exists (hint: remove it first)")
                : new LinuxException("open", errno, path);
        }
        using (file) Files.WriteAll(file, SpecWriter.Write(spec), path);
        return 0;
    }
}
