using Cofferdam.Linux;

namespace Cofferdam.Shim;

/// <summary>The end of a child, waited for on the loop, which nothing may hold up.</summary>
internal static class ChildEnd
{
    private static readonly TimeSpan s_tracerPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Calls <paramref name="tryReap"/> when a child has ended. On the loop's thread, which calls it, too.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="pidfd">The child's.</param>
    /// <param name="tryReap">
    /// False while a tracer keeps the end to itself; it is called again then. To wait would let a container that traces one
    /// of its processes stop the shim of the whole pod.
    /// </param>
    /// <returns>What takes it back.</returns>
    public static EventRegistration Watch(EventLoop loop, OwnedFd pidfd, Func<bool> tryReap)
    {
        EventRegistration? registration = null;
        registration = loop.Watch(pidfd, PollEvents.Readable, _ =>
        {
            registration!.Dispose();
            Try();
        });
        return registration;

        void Try()
        {
            if (!tryReap()) loop.After(s_tracerPause, Try);
        }
    }
}
