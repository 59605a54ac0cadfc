using System.Diagnostics;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>The standard streams as a careless parent may hand them over: closed, or open for the wrong direction.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<&-")]
    [InlineData("<&- >&-")]
    [InlineData("<&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("0>/dev/null")]
    [InlineData("< /")]
    public void Input_that_cannot_be_read_is_a_failure_and_appends_nothing(string streams)
    {
        Outcome outcome = Shell($"log append \"$1\" t {streams}");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(!streams.Contains("2>&-", StringComparison.Ordinal), outcome.Errors.Contains("duramen: input-failed: ", StringComparison.Ordinal));
        Assert.Empty(Executable.Do("log", "read", _folder.Data, "t").Output);
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("<&- >&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("1</dev/null")]
    public void Output_that_is_closed_is_a_failure_of_what_has_something_to_print(string streams)
    {
        Executable.Run("a\n", "log", "append", _folder.Data, "t").Succeeded();

        Outcome read = Shell($"log read \"$1\" t {streams}");

        Assert.Equal(1, read.ExitCode);
        Assert.Equal(!streams.Contains("2>&-", StringComparison.Ordinal), read.Errors.Contains("duramen: output-failed: ", StringComparison.Ordinal));
        Assert.Equal(1, Shell($"--help {streams}").ExitCode);
        Assert.Equal(0, Shell($"log create \"$1\" u {streams}").ExitCode);
        Executable.Do("log", "verify", _folder.Data);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("<&- 2>&-")]
    [InlineData("2</dev/null")]
    [InlineData("2>/dev/full")]
    public void Messages_that_nobody_can_be_told_change_nothing(string streams)
    {
        Executable.Run("a\n", "log", "append", _folder.Data, "t").Succeeded();

        Assert.Equal("a\n", Shell($"log read \"$1\" t {streams}").Succeeded().Output);
        Shell($"log verify \"$1\" {streams}").Succeeded();
        Assert.Equal(1, Shell($"log read \"$1\" missing {streams}").ExitCode);
        Assert.Equal(2, Shell($"log read {streams}").ExitCode);
    }

    [Fact]
    public void A_person_at_a_terminal_is_told_what_to_type_and_nobody_else_is()
    {
        using Process terminal = Executable.StartProgram("script", "-qec", $"{Executable.Path} log append {_folder.Data} t", "/dev/null");
        terminal.StandardInput.Write("one\n");
        terminal.StandardInput.Close();
        string shown = terminal.StandardOutput.ReadToEnd();
        Executable.End(terminal);

        Assert.Contains("Each line that you type is a record; Ctrl-D", shown, StringComparison.Ordinal);
        Assert.Empty(Executable.Run("two\n", "log", "append", _folder.Data, "t").Succeeded().Errors);
        Assert.Equal("one\ntwo\n", Executable.Do("log", "read", _folder.Data, "t").Output);
    }

    // Runs the executable with the folder as $1 and the streams that the command line asks for.
    private Outcome Shell(string command)
    {
        using Process shell = Executable.StartProgram("bash", "-c", $"exec \"$0\" {command}", Executable.Path, _folder.Data);
        shell.StandardInput.Close();
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        var output = new MemoryStream();
        Task copying = shell.StandardOutput.BaseStream.CopyToAsync(output);
        Executable.End(shell);
        copying.Wait(Executable.Patience);
        return new Outcome(shell.ExitCode, output.ToArray(), errors.Result);
    }
}
