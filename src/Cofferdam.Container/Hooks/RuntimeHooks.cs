using System.Text;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Hooks;

/// <summary>
/// Runs the hooks that live in the runtime's namespaces: prestart, createRuntime, poststart and poststop (runtime-spec
/// config.md "POSIX-platform Hooks"). Each gets the container's state on standard input and exactly the environment that
/// the configuration gives it.
/// </summary>
internal static class RuntimeHooks
{
    /// <summary>Runs the hooks in order and stops at the first that fails.</summary>
    /// <param name="hooks">What to run.</param>
    /// <param name="kind">Their name in the configuration ("createRuntime"), for messages.</param>
    /// <param name="state">What they read from standard input.</param>
    /// <param name="container">
    /// A pidfd of init while the hooks prepare it: if init dies, a hook that still runs is killed, since it prepares nothing.
    /// </param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: a hook could not be executed, or exited other than with 0;
    /// <see cref="ErrorKind.DeadlineExceeded"/>: it took longer than its timeout; <see cref="ErrorKind.Aborted"/>: init died.
    /// </exception>
    public static void Run(IReadOnlyList<Hook> hooks, string kind, ContainerState state, OwnedFd? container = null)
    {
        for (int i = 0; i < hooks.Count; i++) RunOne(hooks[i], i, kind, state, container);
    }

    /// <summary>
    /// Runs the hooks in order, whether or not one fails: what runtime-spec asks for after a container has stopped.
    /// </summary>
    /// <param name="hooks">What to run.</param>
    /// <param name="kind">Their name in the configuration, for messages.</param>
    /// <param name="state">What they read from standard input.</param>
    /// <param name="warnings">Gets a line for each that failed.</param>
    public static void RunAll(IReadOnlyList<Hook> hooks, string kind, ContainerState state, ICollection<string>? warnings)
    {
        for (int i = 0; i < hooks.Count; i++)
        {
            try
            {
                RunOne(hooks[i], i, kind, state, null);
            }
            catch (CofferdamException e)
            {
                warnings?.Add(e.Message);
            }
        }
    }

    private static void RunOne(Hook hook, int index, string kind, ContainerState state, OwnedFd? container)
    {
        string name = $"running {kind} hook #{index}";
        try
        {
            Execute(hook, name, SpecWriter.Write(state), state.Bundle, container);
        }
        catch (LinuxException e)
        {
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"{name}: {e.Message}", e);
        }
    }

    private static void Execute(Hook hook, string name, byte[] json, string bundle, OwnedFd? container)
    {
        using OwnedFd input = Memfds.FromContent("state", json);
        (OwnedFd outRead, OwnedFd outWrite) = Pipes.Create();
        (OwnedFd errRead, OwnedFd errWrite) = Pipes.Create();
        using OutputTail output = new(outRead), errors = new(errRead);
        ChildProcess child;
        using (outWrite)
        using (errWrite)
        {
            child = ChildProcess.Start(new ChildStart
            {
                Path = hook.Path,
                Arguments = hook.Args,
                Environment = hook.Env,
                StandardInput = input,
                StandardOutput = outWrite,
                StandardError = errWrite,
                // Not asked for by the specification, but hooks of the field expect what runc does.
                WorkingDirectory = Directory.Exists(bundle) ? bundle : null,
            });
        }

        using (child)
        {
            HookEnd end = WaitForEnd(child, output, errors, hook.Timeout, container);
            // With what it started: a shell that dies leaves its commands running.
            if (end != HookEnd.Exited) ProcessTree.Kill(child.Id);
            ExitStatus status = child.Wait()!.Value;
            output.Drain();
            errors.Drain();
            Report(end, status, name, hook, output, errors);
        }
    }

    private static HookEnd WaitForEnd(ChildProcess child, OutputTail output, OutputTail errors, int? timeoutSeconds, OwnedFd? container)
    {
        long start = Environment.TickCount64;
        TimeSpan? limit = timeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        List<PollItem> waiting = [];
        while (true)
        {
            waiting.Clear();
            waiting.Add(new PollItem(child.Pidfd, PollEvents.Readable));
            if (container is not null) waiting.Add(new PollItem(container, PollEvents.Readable));
            if (!output.Ended) waiting.Add(new PollItem(output.Source, PollEvents.Readable));
            if (!errors.Ended) waiting.Add(new PollItem(errors.Source, PollEvents.Readable));
            PollItem[] items = [.. waiting];
            TimeSpan? left = limit - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            if (left < TimeSpan.Zero) left = TimeSpan.Zero;
            if (Poll.Wait(items, left) == 0) return HookEnd.TimedOut;
            // The hook's own end counts, not that of its output: a daemon it left behind may hold that for ever.
            if (items[0].Ready != PollEvents.None) return HookEnd.Exited;
            if (container is not null && items[1].Ready != PollEvents.None) return HookEnd.ContainerDied;
            output.Drain();
            errors.Drain();
        }
    }

    private static void Report(HookEnd end, ExitStatus status, string name, Hook hook, OutputTail output, OutputTail errors)
    {
        StringBuilder text = new(name);
        ErrorKind kind = ErrorKind.FailedPrecondition;
        switch (end)
        {
            case HookEnd.TimedOut:
                kind = ErrorKind.DeadlineExceeded;
                text.Append($": '{hook.Path}' ran longer than its timeout of {hook.Timeout} s");
                break;
            case HookEnd.ContainerDied:
                kind = ErrorKind.Aborted;
                text.Append($": the container's init ended while '{hook.Path}' ran");
                break;
            default:
                if (status is { Code: 0, Signal: 0 }) return;
                text.Append(status.Signal != 0 ? $": killed by signal {status.Signal}" : $": exit status {status.Code}");
                break;
        }

        text.Append($", stdout: {output.Text}, stderr: {errors.Text}");
        throw new CofferdamException(kind, text.ToString());
    }
}
