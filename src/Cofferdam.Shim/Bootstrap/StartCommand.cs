using System.Collections;
using System.Globalization;
using System.Text;
using Cofferdam.Api.Bootstrap.V1;
using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Spec;
using Google.Protobuf;

namespace Cofferdam.Shim.Bootstrap;

/// <summary>
/// <c>start</c>, run in a bundle: starts a shim that serves, or finds the one that serves the bundle's pod, and prints its
/// address. The socket listens before the shim does anything, so nobody has to wait for it.
/// </summary>
internal static class StartCommand
{
    private const int LongestInput = 10 << 20;
    private const int NewestVersion = 3;
    private const int HighestOomScore = 1000;
    private const int AddressFileMode = 0x180;   // 0600

    /// <summary>Annotations whose value names the group of containers that shares a shim, the first one first.</summary>
    private static readonly string[] s_groupAnnotations = ["io.containerd.coffer.v2.group", "io.containerd.runc.v2.group", "io.kubernetes.cri.sandbox-id"];

    internal static int Run(ShimArguments arguments)
    {
        BootstrapInput input = BootstrapInput.From(arguments, StandardStreams.ReadInput(LongestInput));
        RuntimeSpec spec = SpecReader.ReadSpec(Files.ReadAll("config.json"), []);
        string address = ShimSocket.AddressOf(input.SocketDirectory, input.ContainerdAddress, input.Namespace, GroupOf(spec, input.Id));
        using (OwnedFd? listener = ShimSocket.ListenUnlessServed(address))
        {
            if (listener is not null) StartServer(input, address, listener);
        }

        // containerd before 2.0 finds the shim by this file after a restart.
        using (OwnedFd bundle = Files.Open(".", OpenFlags.Directory)) AtomicFile.Write(bundle, "address", Encoding.UTF8.GetBytes(address), AddressFileMode);
        Print(input, address);
        return 0;
    }

    private static string GroupOf(RuntimeSpec spec, string id)
    {
        foreach (string name in s_groupAnnotations)
        {
            if (spec.Annotations.TryGetValue(name, out string? group) && group.Length > 0) return group;
        }

        return id;
    }

    private static void StartServer(BootstrapInput input, string address, OwnedFd listener)
    {
        try
        {
            // Inherited by the shim and all its containers: they share a core only with each other.
            if (Environment.GetEnvironmentVariable("SCHED_CORE") is { Length: > 0 }) Scheduling.CreateCoreCookie();
            ShimOptions options = ShimOptions.From(input.Options);
            using OwnedFd nothing = Files.Open("/dev/null", OpenFlags.ReadWrite);
            using ChildProcess server = ChildProcess.Start(ServerOf(input, address, listener, nothing));
            try
            {
                Place(server.Id, options);
            }
            catch
            {
                server.Kill();
                server.Wait();
                throw;
            }
        }
        catch
        {
            ShimSocket.Remove(address);
            throw;
        }
    }

    private static ChildStart ServerOf(BootstrapInput input, string address, OwnedFd listener, OwnedFd nothing)
    {
        List<string> arguments = [Environment.GetCommandLineArgs()[0], "-namespace", input.Namespace, "-id", input.Id, "-address", input.ContainerdAddress];
        if (input.Debug) arguments.Add("-debug");
        List<string> environment = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if ((string)variable.Key is not ("TTRPC_ADDRESS" or ServeCommand.AddressVariable)) environment.Add($"{variable.Key}={variable.Value}");
        }

        environment.Add($"TTRPC_ADDRESS={input.TtrpcAddress}");
        environment.Add($"{ServeCommand.AddressVariable}={address}");
        return new ChildStart
        {
            Path = "/proc/self/exe",
            Arguments = arguments,
            Environment = environment,
            StandardInput = nothing,
            StandardOutput = nothing,
            StandardError = nothing,
            ExtraFds = [listener],
            NewSession = true,
        };
    }

    /// <summary>Where the shim counts, and when it is killed: after containerd, before what matters more to the host.</summary>
    private static void Place(int pid, ShimOptions options)
    {
        if (options.ShimCgroup.Length > 0)
        {
            ICgroup? cgroup = CgroupFactory.Find(options.ShimCgroup);
            if (cgroup is null) throw new CofferdamException(ErrorKind.NotFound, $"options.shim_cgroup: cgroup '{options.ShimCgroup}' does not exist");
            cgroup.Attach(pid);
        }

        if (!Files.TryReadText($"/proc/{ProcFs.ReadStat(Processes.CurrentId).ParentPid}/oom_score_adj", out string? text, out _)) return;
        int score = Math.Min(int.Parse(text, CultureInfo.InvariantCulture) + 1, HighestOomScore);
        Files.Write($"/proc/{pid}/oom_score_adj", score.ToString(CultureInfo.InvariantCulture));
    }

    private static void Print(BootstrapInput input, string address)
    {
        int version = Math.Min(input.NewestVersion ?? NewestVersion, NewestVersion);
        if (input.IsMessage) StandardStreams.Write(new BootstrapResult { Version = NewestVersion, Address = address, Protocol = "ttrpc" }.ToByteArray());
        else if (input.NewestVersion is null) StandardStreams.Write(address);
        else StandardStreams.Write($$"""{"version":{{version}},"address":"{{address}}","protocol":"ttrpc"}""");
    }
}
