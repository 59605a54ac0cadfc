using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Duramen.Cli.Tests;

/// <summary>Runs the built executable as a user does.</summary>
internal static class Executable
{
    // Far longer than anything here takes on a slow machine: a hanging program fails its test instead of the run.
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static string Path { get; } = System.IO.Path.GetFullPath(Metadata("DuramenExecutable"));

    public static string RepositoryRoot { get; } = System.IO.Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>An assembly that is built beside the executable.</summary>
    public static string Assembly(string project) =>
        System.IO.Path.GetFullPath($"{Path}/../../../{project}/{new DirectoryInfo(System.IO.Path.GetDirectoryName(Path)!).Name}/{project}.dll");

    /// <summary>Runs it to its end with bytes on standard input.</summary>
    public static Outcome Run(byte[] input, params string[] arguments)
    {
        using Process process = Start(arguments);
        var output = new MemoryStream();
        Task copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything, as it may.
        }

        End(process);
        copying.Wait(Patience);
        return new Outcome(process.ExitCode, output.ToArray(), errors.Result);
    }

    public static Outcome Run(string input, params string[] arguments) => Run(Encoding.UTF8.GetBytes(input), arguments);

    /// <summary>Runs it and expects it to succeed.</summary>
    public static Outcome Do(params string[] arguments) => Run([], arguments).Succeeded();

    /// <summary>Starts it with all streams redirected.</summary>
    public static Process Start(params string[] arguments) => StartProgram(Path, arguments);

    public static Process StartProgram(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    public static void End(Process process)
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} did not end");
        }
    }

    public static void Signal(Process process, string signal)
    {
        using Process kill = StartProgram("kill", signal, process.Id.ToString(CultureInfo.InvariantCulture));
        End(kill);
    }

    private static string Metadata(string key) =>
        typeof(Executable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
