namespace Cofferdam.Runtime.Logging;

/// <summary>Only lines at or above the chosen level are written.</summary>
internal enum LogLevel
{
    Debug,
    Warning,
    Error,
}
