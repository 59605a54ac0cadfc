using System.Diagnostics;

namespace Duramen.Testing.Processes;

/// <summary>Runs programs of the machine and says in full how they failed.</summary>
public static class Tool
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="ToolException">It could not be started or did not end with 0.</exception>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new ToolException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}{output}");
    }

    /// <summary>Starts a program with all three standard streams redirected; the caller owns it.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception cause)
        {
            throw new ToolException($"{program} could not be started: {cause.Message}");
        }
    }

    /// <summary>Makes sure that a program is there, installing its Debian package when it is not.</summary>
    public static void Require(string program, string package)
    {
        if (!IsThere(program))
        {
            Run("apt-get", "install", "-y", "--no-install-recommends", package);
        }

        if (!IsThere(program))
        {
            throw new ToolException($"This test needs {program} (Debian package {package}).");
        }
    }

    private static bool IsThere(string program)
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            if (File.Exists(Path.Combine(folder, program)))
            {
                return true;
            }
        }

        return false;
    }
}
