using System.Text;
using Cofferdam;
using Cofferdam.Cgroups;
using Cofferdam.Containers;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Linux;
using RunUntrusted;

// Runs a program that is not trusted, with limits, and reads what it says:
//     RunUntrusted ROOTFS PROGRAM [ARGUMENT…]
// The container begins as coffer-oci (./build.sh): beside this program, installed, or named by COFFER_OCI. Needs root.
// It gets no network, no capability, 64 MiB of memory, half a processor, 32 processes, 10 seconds and 1 MiB of output.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: RunUntrusted ROOTFS PROGRAM [ARGUMENT…]");
    return 2;
}

InitExecutable.Path = Environment.GetEnvironmentVariable("COFFER_OCI");
TimeSpan timeLimit = TimeSpan.FromSeconds(10);
const int outputLimit = 1 << 20;
string rootfs = Path.GetFullPath(args[0]);
ContainerId id = new($"untrusted-{Environment.ProcessId}");

try
{
    (OwnedFd output, OwnedFd programsEnd) = Pipes.Create();
    using OwnedFd nothing = Files.Open("/dev/null", OpenFlags.ReadOnly);
    using Container container = Container.Run("/run/coffer-sample", id, new CreateOptions
    {
        Bundle = Path.GetDirectoryName(rootfs) ?? "/",
        Spec = Sandbox.Describe(rootfs, args[1..]),
        Io = new StandardIo { Input = nothing, Output = programsEnd, Error = programsEnd },
    });
    try
    {
        // Ours too, and while we hold it the output never ends.
        programsEnd.Dispose();
        (byte[] text, string? stopped) = OutputReader.Read(output, container.Init.Pidfd, timeLimit, outputLimit);
        if (stopped is not null) container.Signal(Signals.Kill, all: true);
        ExitStatus status = container.Init.Wait();
        CgroupStats used = container.Stats();

        Console.Write(Encoding.UTF8.GetString(text));
        Console.Error.WriteLine($"-- exit code {status.ShellCode}{(stopped is null ? "" : $", killed: {stopped}")}");
        Console.Error.WriteLine($"-- {used.Cpu.TotalUsage / 1_000_000} ms of processor, {used.Memory.Usage.MaxUsage >> 10} KiB of memory at most, {used.Memory.OomKills} killed for memory");
        return status.ShellCode;
    }
    finally
    {
        container.Delete(force: true);
    }
}
catch (Exception e) when (e is CofferdamException or LinuxException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
