using Duramen.Core.Errors;

namespace Duramen.Cli.Server;

/// <summary>One setting of a server: where it stands in the file, and what its value does.</summary>
/// <param name="Name">Its path in the file, sections with colons between them.</param>
/// <param name="Help">What it does and what it is when not given.</param>
/// <param name="Apply">Puts a value into the options; throws <see cref="FormatException"/> with what a value must be.</param>
internal sealed record Setting(string Name, string Help, Func<ServerOptions, string, ServerOptions> Apply)
{
    /// <summary>Puts a value into the options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="value">The value.</param>
    /// <param name="origin">Where the value comes from, for the message.</param>
    /// <exception cref="DuramenException"><see cref="CliErrors.SettingsInvalid"/>: it cannot have the value.</exception>
    public ServerOptions ApplyFrom(ServerOptions options, string value, string origin)
    {
        try
        {
            return Apply(options, value);
        }
        catch (FormatException wrong)
        {
            throw new DuramenException(CliErrors.SettingsInvalid, $"{origin}: {Name} is '{value}'; it must be {wrong.Message}.", "Correct it, or leave it out.");
        }
    }
}
