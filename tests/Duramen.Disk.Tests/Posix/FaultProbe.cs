using System.Diagnostics;
using Duramen.Testing.Processes;

namespace Duramen.Disk.Tests.Posix;

/// <summary>Runs the probe program as a process of its own, alone or under faults injected into its system calls.</summary>
internal static class FaultProbe
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "Duramen.Disk.FaultProbe.dll");

    /// <summary>The running runtime's own host, since a test host may have been started without one on the PATH.</summary>
    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static Process Start(string command, string path) => Tool.Start(Host, Assembly, command, path);

    /// <summary>
    /// Runs a command with one fault, written as strace's inject option takes it and hitting calls on this path alone (the runtime itself
    /// reads and locks files too); returns the lines that the command printed.
    /// </summary>
    public static string[] RunWithFault(string fault, string command, string path)
    {
        Tool.Require("strace", "strace");
        string call = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        string log = Path.GetTempFileName();
        try
        {
            string output = Tool.Run(
                "strace", "-f", "-o", log, "-P", path, "-e", $"trace={call}", "-e", $"inject={fault}", Host, Assembly, command, path);
            return File.ReadAllText(log).Contains("(INJECTED)", StringComparison.Ordinal)
                ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : throw new ToolException($"The fault {fault} hit no call of '{command}', so that its test would prove nothing.");
        }
        finally
        {
            File.Delete(log);
        }
    }
}
