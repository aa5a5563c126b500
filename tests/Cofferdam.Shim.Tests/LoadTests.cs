using System.Security.Cryptography;
using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Much at once. Alone on the machine, as far as the suite is concerned.</summary>
[Collection(Alone.Name)]
public sealed class LoadTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60 * Surroundings.Patience);

    [Fact]
    public void Five_hundred_execs_at_once_all_end_with_their_own_code()
    {
        const int Execs = 500;
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        shim.Raw.Timeout = s_patience;
        int[] numbers = [.. Enumerable.Range(0, Execs)];
        string process = $$"""{"cwd":"/","user":{"uid":0,"gid":0},"env":["PATH=/bin","COFFER_TEST={{Tag}}"],"args":["sh","-c","exit CODE"]}""";
        AllOk(shim, numbers.Select(i => shim.Send("Exec", new ProtobufMessage().Text(1, container.Id).Text(2, $"e{i}")
            .Any(7, "types.containerd.io/opencontainers/runtime-spec/1/Process", System.Text.Encoding.UTF8.GetBytes(process.Replace("CODE", $"{i % 256}", StringComparison.Ordinal))))));
        AllOk(shim, numbers.Select(i => shim.Send("Start", container.Id, $"e{i}")));
        Assert.Equal(numbers.Select(i => (ulong)i % 256), AllOk(shim, numbers.Select(i => shim.Send("Wait", container.Id, $"e{i}"))).Select(r => r.Number(1)));
        Assert.Equal(numbers.Select(i => (ulong)i % 256), AllOk(shim, numbers.Select(i => shim.Send("Delete", container.Id, $"e{i}"))).Select(r => r.Number(2)));
        Eventually.True(() => container.CgroupFile("pids", "pids.current") == "1", "the first process is alone again");
    }

    [Fact]
    public void Two_hundred_containers_at_once()
    {
        ShimContainer[] containers = [.. Enumerable.Range(0, 200).Select(_ => NewContainer("--null-io"))];
        Parallel.ForEach(containers, new ParallelOptions { MaxDegreeOfParallelism = 20 }, c => c.Detached("sleep", "1000").Ok());
        string tasks = Ctr("task", "ls").Ok().Stdout;
        Assert.Equal(200, tasks.Split('\n').Count(l => l.EndsWith("RUNNING", StringComparison.Ordinal)));
        Ctr(Options(timeout: s_patience), ["task", "rm", "--force", .. containers.Select(c => c.Id)]);
        Ctr(Options(timeout: s_patience), ["containers", "rm", .. containers.Select(c => c.Id)]).Ok();
        Assert.Single(Ctr("task", "ls").Ok().Output.Split('\n'));
        foreach (ShimContainer container in containers)
            container.Forget();
    }

    [Fact]
    public void A_gigabyte_of_output_arrives_unchanged()
    {
        const int Parts = 64;
        byte[] blob = new byte[16 << 20];
        Random.Shared.NextBytes(blob);
        File.WriteAllBytes(Inside("blob"), blob);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < Parts; i++)
            hash.AppendData(blob);
        ShimContainer container = NewContainer();
        string[] run = [.. Daemon.Ctr(Tag, container.RunCommand("sh", "-c", $"i=0; while test $i -lt {Parts}; do cat /blob; i=$((i+1)); done"))];
        CommandResult result = Command.Run(["bash", "-o", "pipefail", "-c", "\"$@\" | sha256sum", "bash", .. run], Options(timeout: s_patience));
        Assert.StartsWith(Convert.ToHexStringLower(hash.GetHashAndReset()), result.Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fork_bomb_stays_within_its_limit_and_can_be_ended()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        shim.Update(container.Id, """{"pids":{"limit":60}}""").Ok();
        container.Exec(Options(), ["--detach"], "sh", "-c", "f() { f | f & f; }; f >/dev/null 2>&1").Ok();
        Eventually.True(() => int.Parse(container.CgroupFile("pids", "pids.current")) >= 50, "the bomb fills its limit");
        Assert.Equal("RUNNING", container.Status);
        container.Task("metrics").Ok();
        container.Kill("SIGKILL", "--all").Ok();
        container.DeletedWith(137);
    }

    private static List<ProtobufFields> AllOk(TaskConnection shim, IEnumerable<uint> calls) => [.. calls.ToArray().Select(c => shim.Receive(c).Ok())];
}
