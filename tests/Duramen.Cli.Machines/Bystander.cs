namespace Duramen.Cli.Machines;

/// <summary>Is neither a projection nor a machine.</summary>
public sealed class Bystander
{
    public string Name => "bystander";
}
