namespace Duramen.Cli.Parsing;

/// <summary>The command line asks for something that does not exist; exit code 2.</summary>
internal sealed class UsageException(string message, string hint) : Exception(message)
{
    /// <summary>Where the right usage is to be found.</summary>
    public string Hint => hint;
}
