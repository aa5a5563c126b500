using Cofferdam.Linux;

namespace Cofferdam.LaunchLoad;

/// <summary>Runs the command <c>coffer-oci run</c>.</summary>
internal sealed class Commands(Settings settings) : ILaunches
{
    // The marker of the tests, by which they find what was left.
    private readonly string[] _environment = [$"COFFER_TEST={Environment.GetEnvironmentVariable("COFFER_TEST")}"];

    public ExitStatus Launch(int number)
    {
        using ChildProcess child = ChildProcess.Start(new ChildStart
        {
            Path = settings.Runtime,
            Arguments = ["coffer-oci", "--root", settings.Root, "run", "--bundle", settings.Bundle, $"{settings.Name}-l{number}"],
            Environment = _environment,
        });
        return child.Wait()!.Value;
    }

    public void Dispose()
    {
    }
}
