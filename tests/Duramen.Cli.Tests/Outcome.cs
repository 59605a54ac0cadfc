using System.Text;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>How a run of the executable ended.</summary>
internal sealed record Outcome(int ExitCode, byte[] OutputBytes, string Errors)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement[] Json => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    public Outcome Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Errors}{Output}");
        return this;
    }

    public Outcome Failed(string code)
    {
        Assert.Equal(1, ExitCode);
        Assert.Contains($"duramen: {code}: ", Errors, StringComparison.Ordinal);
        return this;
    }
}
