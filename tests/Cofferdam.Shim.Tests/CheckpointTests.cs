using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>With the criu that eng/fetch-criu.sh unpacks. ctr passes the options of a checkpoint to io.containerd.runc.v2
/// alone, so the shim under test is called by that name here.</summary>
public sealed class CheckpointTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private const string Counting = "exec >/dev/null 2>&1 </dev/null; i=0; while :; do i=$((i+1)); echo $i >/count.new; mv /count.new /count; usleep 20000; done";
    private const string CheckpointOptions = "containerd.runc.v1.CheckpointOptions";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private string Images => Path.Combine(Folder, "images");

    [Fact]
    public void A_checkpoint_leaves_the_container_running()
    {
        ShimContainer container = Counter();
        Checkpoint(container);
        Assert.NotEmpty(Directory.GetFiles(Images, "*.img"));
        int count = Count();
        Eventually.True(() => Count() > count, "the program counts on");
        Assert.Equal("RUNNING", container.Status);
    }

    [Fact]
    public void A_checkpoint_is_told()
    {
        _ = shared.Events;
        ShimContainer container = Counter();
        Checkpoint(container);
        shared.Events.Await(Tag, e => e.Topic == "checkpointed" && e.ContainerId == container.Id, "the event of the checkpoint");
    }

    [Fact]
    public void A_checkpoint_with_exit_ends_the_container()
    {
        ShimContainer container = Counter();
        Checkpoint(container, "--exit");
        container.AwaitStatus("STOPPED");
    }

    [Fact]
    public void A_restored_container_goes_on_where_it_was()
    {
        Criu.Require();
        using var made = new HandMadeShim(this, "a");
        made.Config.Args("sh", "-c", Counting);
        using TaskConnection shim = made.Started();
        shim.Raw.Timeout = s_patience;
        shim.Call("Create", made.CreateRequest()).Ok();
        shim.Call("Start", made.Id).Ok();
        string file = Path.Combine(made.Bundle, "rootfs/count");
        Eventually.True(() => ReadCount(file) > 3, "the program counts");
        byte[] options = new ProtobufMessage().Number(1, 1).Text(8, Images).ToArray();
        shim.Call("Checkpoint", new ProtobufMessage().Text(1, made.Id).Text(2, Images).Any(3, CheckpointOptions, options)).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
        int count = ReadCount(file);
        shim.Call("Create", made.CreateRequest().Text(8, Images)).Ok();
        shim.Call("Start", made.Id).Ok();
        Eventually.True(() => ReadCount(file) > count, "the program counts on");
        Assert.InRange(ReadCount(file), count, count + 1000);
        shim.Kill(made.Id, 9).Ok();
        Assert.Equal(137u, shim.Call("Wait", made.Id).Ok().Number(1));
    }

    [Fact]
    public void A_checkpoint_that_fails_says_why_and_leaves_the_container_running()
    {
        Criu.Require();
        ShimContainer container = Counter();
        using TaskConnection shim = container.Connect();
        shim.Raw.Timeout = s_patience;
        // A file where criu is to make a directory.
        string blocked = Path.Combine(Folder, "blocked");
        File.WriteAllText(blocked, "");
        byte[] options = new ProtobufMessage().Text(8, blocked).ToArray();
        TtrpcReply reply = shim.Call("Checkpoint", new ProtobufMessage().Text(1, container.Id).Text(2, blocked).Any(3, CheckpointOptions, options));
        Assert.NotEqual(0, reply.Code);
        Assert.NotEqual("", reply.Error);
        Assert.Equal("RUNNING", container.Status);
        int count = Count();
        Eventually.True(() => Count() > count, "the program counts on");
    }

    [Fact]
    public void A_checkpoint_in_an_image_becomes_a_container_again()
    {
        Criu.Require();
        const string Image = "example.org/busybox:test", Saved = "example.org/saved:test";
        string archive = Path.Combine(Folder, "image.tar");
        OciArchive.Write(archive, Image, Rootfs);
        Ctr("images", "import", archive).Ok();
        ShimContainer first = NewContainer("--null-io"), second = NewContainer();
        (first.Image, first.Runtime) = (Image, ShimUnderTest.RuncName);
        first.Detached("sh", "-c", Counting).Ok();
        string CountOf(ShimContainer container) => Path.Combine(container.Bundle, "rootfs/count");
        Eventually.True(() => ReadCount(CountOf(first)) > 3, "the program counts");
        Ctr(Options(timeout: s_patience), "containers", "checkpoint", "--image", "--rw", "--task", first.Id, Saved).Ok();
        first.Destroy();
        second.Restored(Saved).Ok();
        Eventually.True(() => ReadCount(CountOf(second)) > 3, "the program counts on");
    }

    private ShimContainer Counter()
    {
        Criu.Require();
        ShimContainer container = NewContainer("--null-io");
        container.Runtime = ShimUnderTest.RuncName;
        container.Detached("sh", "-c", Counting).Ok();
        Eventually.True(() => Count() > 3, "the program counts");
        return container;
    }

    private void Checkpoint(ShimContainer container, params string[] options)
    {
        Directory.CreateDirectory(Images);
        Ctr(Options(timeout: s_patience), ["task", "checkpoint", "--image-path", Images, .. options, container.Id]).Ok();
    }

    private int Count() => ReadCount(Inside("count"));

    private static int ReadCount(string file) => File.Exists(file) && int.TryParse(File.ReadAllText(file), out int count) ? count : 0;
}
