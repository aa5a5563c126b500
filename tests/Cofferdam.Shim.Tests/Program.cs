using Cofferdam.Shim.Tests;
using Cofferdam.Testing;
using Xunit.Runner.Common;

[assembly: RegisterRunnerReporter(typeof(LinePerTestReporter))]
[assembly: AssemblyFixture(typeof(SharedContainerd))]

// Of processes in a pid namespace of their own systemd knows other pids: the guest is the suite's alone anyway.
if (PrivateHost.IsHere || Surroundings.IsSystemd || !Surroundings.IsRoot || args.Contains("-list"))
    return await TestProgram.Run(args, $"shim under test: {ShimUnderTest.Describe()}");

// Once with each containerd: the shim of one must do for the other.
int worst = 0;
foreach (string directory in ContainerdPrograms.Choose())
    worst = Math.Max(worst, PrivateHost.Run(args, new Dictionary<string, string> { [ContainerdPrograms.Variable] = directory }));
return worst;
