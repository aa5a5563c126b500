using Cofferdam.LaunchLoad;

// Launches again and again, in one process, and counts what stays:
//     coffer-launch-load commands|containers|execs COUNT RUNTIME BUNDLE ROOT NAME [ALLOCATORS]
// commands: `RUNTIME run` as a program; containers: through the library; execs: COUNT of them in one container.
// NAME begins the ids. ALLOCATORS threads keep the collector busy meanwhile. Prints one line of JSON. A launch that takes
// longer than 20 seconds ends the program by SIGALRM.
if (args.Length < 6)
{
    Console.Error.WriteLine("usage: coffer-launch-load commands|containers|execs COUNT RUNTIME BUNDLE ROOT NAME [ALLOCATORS]");
    return 2;
}

var settings = new Settings(int.Parse(args[1]), args[2], args[3], args[4], args[5]);
using var allocators = new Allocators(args.Length > 6 ? int.Parse(args[6]) : 0);
return Load.Run(args[0], settings);
