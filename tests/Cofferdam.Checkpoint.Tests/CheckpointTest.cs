using System.Globalization;
using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

/// <summary>
/// Base of the tests: a container that counts, and the way to images and back. CI runs those with the trait Guest=CI in guests too
/// (eng/guest/test): what has to do with the place, and one of each other kind.
/// </summary>
public abstract class CheckpointTest : RuntimeTest
{
    /// <summary>A count is replaced as a whole, so that a reader never sees half of it.</summary>
    private const string CountScript =
        "exec >/dev/null 2>&1 </dev/null; i=0; while :; do i=$((i+1)); echo $i >/count.new; mv /count.new /count; usleep 20000; done";

    protected CheckpointTest() : base(KnownDifferences.All)
    {
        Criu.Require();
        Scratch.Wrapper = ["env", $"PATH={Criu.Directory}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    }

    /// <summary>criu works through some hundred files, on a machine that may have much else to do.</summary>
    protected static TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    /// <summary>With more time for CRIU, which gives up after ten seconds, where everything is slow.</summary>
    protected new Container NewContainer(params string[] args)
    {
        Container container = base.NewContainer(args);
        if (Surroundings.Patience == 1) return container;
        string file = Path.Combine(Scratch.Directory, "criu.conf");
        File.WriteAllText(file, $"timeout {10 * Surroundings.Patience}\n");
        container.Config.Set("annotations", $$"""{"org.criu.config":"{{file}}"}""");
        return container;
    }

    protected string Images => Path.Combine(Scratch.Directory, "images");

    protected string DumpLog => Path.Combine(Images, "dump.log");

    /// <summary>A container whose program writes 1, 2, 3 … to /count; its streams are inside.</summary>
    protected Container Counter()
    {
        Container container = NewContainer("sh", "-c", CountScript);
        return container;
    }

    protected Container RunningCounter()
    {
        Container container = Counter();
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        return container;
    }

    /// <summary>Binds the host's programs and libraries into a container: flock, perl.</summary>
    protected static Container WithHostPrograms(Container container)
    {
        container.Config.Mount("/usr", "bind", "/usr", "rbind", "ro");
        foreach (string library in new[] { "/lib", "/lib64" })
            container.Config.Mount(library, "bind", library, "bind", "ro");
        return container;
    }

    /// <summary>A running container that holds a lock on /lock.</summary>
    protected Container WithLock()
    {
        Container container = WithHostPrograms(NewContainer("sh", "-c",
            "exec >/dev/null 2>&1 </dev/null; /usr/bin/flock /lock sh -c 'touch /ready; while :; do usleep 20000; done'"));
        container.CreatedAndStarted();
        Await(() => File.Exists(container.Inside("ready")), "the lock is held");
        return container;
    }

    protected static int Count(Container container) =>
        File.Exists(container.Inside("count")) ? int.Parse(File.ReadAllText(container.Inside("count")), CultureInfo.InvariantCulture) : 0;

    protected static int WaitForCountAbove(Container container, int count)
    {
        Await(() => Count(container) > count, $"the counter of {container.Id} is above {count}");
        return Count(container);
    }

    protected CommandResult Checkpoint(Container container, params string[] options) =>
        Patiently(["checkpoint", "--image-path", Images, .. options, container.Id]);

    /// <summary>Restores it detached.</summary>
    protected CommandResult Restore(Container container, params string[] options) =>
        Patiently(["restore", "--detach", "--image-path", Images, "--bundle", container.Bundle, .. options, container.Id]);

    protected CommandResult Patiently(params string[] arguments) => Scratch.Oci(Scratch.Options(timeout: Patience), arguments);

    protected static void Await(Func<bool> condition, string what) => Eventually.True(condition, what, (int)Patience.TotalSeconds);

    /// <summary>With criu's own errors in the failure.</summary>
    protected void Ok(CommandResult result)
    {
        if (result.ExitCode != 0)
        {
            var near = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, AttributesToSkip = FileAttributes.ReparsePoint };
            foreach (string log in Directory.EnumerateFiles(Scratch.Directory, "*.log", near))
                TestContext.Current.AddAttachment(Path.GetFileName(log), File.ReadAllText(log), replaceExistingValue: true);
        }
        result.Ok();
    }

    protected void RoundTrip(Container container, string[]? dump = null, string[]? restore = null)
    {
        Ok(Checkpoint(container, dump ?? []));
        Ok(Restore(container, restore ?? []));
    }
}
